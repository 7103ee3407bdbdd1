import { mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { agentVersion } from '../../agent/version.ts'
import { bundleAgent } from '../../local/hosts/bundle-agent.ts'

/** Builds the agent and tells its version. */
export async function makeAgent(file: string): Promise<string> {
  const folder = await mkdtemp(join(dirname(file), '.agent-'))
  try {
    await rename(await bundleAgent(folder), file)
  } finally {
    await rm(folder, { recursive: true })
  }
  return agentVersion
}
