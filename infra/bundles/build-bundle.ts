import { join, resolve } from 'node:path'
import { build, type Metafile } from 'esbuild'
import type { FunctionKind } from '../../shared/deployment/environment.ts'
import { LEAN_PACKAGES } from './lean-packages.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** The entry point of each kind of function, by path: infrastructure never imports what it deploys. */
export const ENTRIES = {
  api: 'functions/lambda/entries/api.ts',
  authorizer: 'functions/lambda/entries/authorizer.ts',
  steps: 'functions/lambda/entries/steps.ts',
  changes: 'functions/lambda/entries/changes.ts',
  sweep: 'functions/lambda/entries/sweep.ts',
  drift: 'functions/lambda/entries/drift.ts',
  maintain: 'functions/lambda/entries/maintain.ts',
  orphans: 'functions/lambda/entries/orphans.ts',
  hostApi: 'functions/lambda/entries/host-api.ts',
} as const satisfies Record<FunctionKind, string>

/** Some bundled packages are CommonJS and ask for Node's own modules with `require`, which a module does not have. */
const REQUIRE = "import{createRequire as weirRequire}from'node:module';const require=weirRequire(import.meta.url);"

/**
 * Writes one bundle of all kinds: `api.mjs`, `steps.mjs` and so on, and the chunks that they share or load only where a
 * function uses them (the Kafka client, each SDK client). The same sources always give the same bytes.
 */
export async function buildBundle(outputDirectory: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: outputDirectory,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // Errors are told apart by the names of their classes in the logs.
    keepNames: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    alias: { 'ajv/dist/2020.js': join(import.meta.dirname, 'no-ajv.ts') },
    plugins: [...LEAN_PACKAGES],
    // An optional native accelerator; without it the checksum in JavaScript is used.
    external: ['@node-rs/crc32'],
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}
