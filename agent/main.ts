import { runAgent } from './agent.ts'
import { readAgentConfig, readBootId } from './config.ts'
import { bearerTokenFile } from './control-plane/credentials.ts'
import { createHostApi } from './control-plane/host-api.ts'
import { exitCodes } from './exit-codes.ts'
import { createJsonLog } from './json-log.ts'
import { linux } from './process/linux.ts'
import { systemClock } from './system-clock.ts'

/** Runs the agent of this host, configured by the file that is its one argument or `$WEIR_AGENT_CONFIG`. */
async function main(): Promise<void> {
  const log = createJsonLog((line) => process.stderr.write(line), Date.now)
  const told = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => told.abort())
  try {
    const configFile = process.argv[2] ?? process.env.WEIR_AGENT_CONFIG ?? '/etc/weir/agent.json'
    const config = await readAgentConfig(configFile)
    const controlPlaneUrl = async (): Promise<string> => (await readAgentConfig(configFile)).controlPlaneUrl
    const api = createHostApi(controlPlaneUrl, bearerTokenFile(config.credentialFile))
    const bootId = await readBootId(config)
    const end = await runAgent(
      { config, bootId, api, os: linux, clock: systemClock, log, random: Math.random },
      told.signal,
    )
    process.exit(end === 'Stale' ? exitCodes.stale : exitCodes.told)
  } catch (error) {
    log.error('the agent failed', {}, error)
    process.exit(exitCodes.failed)
  }
}

await main()
