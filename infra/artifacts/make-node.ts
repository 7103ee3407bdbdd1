import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { z } from 'zod'
import { NODE_ARTIFACT } from '../../shared/host-protocol/artifacts.ts'
import { pack } from './archive.ts'

const Package = z.object({ version: z.string() })
const OwnPackage = z.object({ optionalDependencies: z.object({ [NODE_ARTIFACT]: z.string() }) })

/** The runtime for hosts is not installed on this machine, or not the one that is pinned. */
export class NodeRuntimeError extends Error {
  override readonly name = 'NodeRuntimeError'
}

/** Packs the Node that this repository pins, as npm has installed and verified it, and tells its version. */
export async function makeNode(file: string): Promise<string> {
  const require = createRequire(import.meta.url)
  const { optionalDependencies } = OwnPackage.parse(require('../../package.json'))
  const pinned = optionalDependencies[NODE_ARTIFACT]
  const folder = installed(require)
  const { version } = Package.parse(JSON.parse(await readFile(`${folder}/package.json`, 'utf8')))
  if (version !== pinned) throw new NodeRuntimeError(`${folder} is ${version}, not ${pinned}; run npm ci`)
  await pack(folder, ['bin/node', 'LICENSE'], file)
  return version
}

function installed(require: NodeJS.Require): string {
  try {
    return dirname(require.resolve(`${NODE_ARTIFACT}/package.json`))
  } catch {
    throw new NodeRuntimeError(`${NODE_ARTIFACT} is not installed; run npm ci --os=linux --cpu=x64`)
  }
}
