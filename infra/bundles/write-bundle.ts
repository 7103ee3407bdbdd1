import { buildBundle } from './build-bundle.ts'

/** `node infra/bundles/write-bundle.ts <folder>`: the CDK bundles in one call that cannot wait, and esbuild's plugins can. */
const [, , folder] = process.argv
if (folder === undefined) throw new Error('where to?')
await buildBundle(folder)
