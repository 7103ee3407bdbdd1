import { mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
// biome-ignore lint/style/noRestrictedImports: one agent for hosts here and on EC2
import { agentVersion } from '../../agent/version.ts'
// biome-ignore lint/style/noRestrictedImports: one agent for hosts here and on EC2
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
