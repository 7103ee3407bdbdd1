import { runAgent } from './agent.ts'
import { type AgentConfig, readAgentConfig, readBootId } from './config.ts'
import { createHostApi } from './control-plane/host-api.ts'
import { hostCredentials } from './control-plane/host-credentials.ts'
import { exitCodes } from './exit-codes.ts'
import { createJsonLog } from './json-log.ts'
import { findKafkaUser } from './kafka-user.ts'
import { linux } from './process/linux.ts'
import { runOrFail } from './run-command.ts'
import { systemClock } from './system-clock.ts'

/** Runs the agent of this host, configured by the file that is its one argument or `$WEIR_AGENT_CONFIG`. */
async function main(): Promise<void> {
  const log = createJsonLog((line) => process.stderr.write(line), systemClock.now)
  const told = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => told.abort())
  try {
    const configFile = process.argv[2] ?? process.env.WEIR_AGENT_CONFIG ?? '/etc/weir/agent.json'
    const config = await readAgentConfig(configFile)
    const controlPlaneUrl = async (): Promise<string> => (await readAgentConfig(configFile)).controlPlaneUrl
    const api = createHostApi(controlPlaneUrl, hostCredentials(config.credentials, systemClock))
    const bootId = await readBootId(config)
    const user = config.kafkaUser === undefined ? undefined : await findKafkaUser(config.kafkaUser)
    const end = await runAgent(
      { config, bootId, user, api, os: linux, reboot: rebootOf(config), clock: systemClock, log, random: Math.random },
      told.signal,
    )
    process.exit(end === 'Stale' ? exitCodes.stale : exitCodes.told)
  } catch (error) {
    log.error('the agent failed', {}, error)
    process.exit(exitCodes.failed)
  }
}

/** A local host is taken down by its init and never by systemd, whose machine is somebody's own. */
function rebootOf({ platform }: AgentConfig): () => Promise<void> {
  if (platform === 'local') return async () => process.exit(exitCodes.reboot)
  return async () => void (await runOrFail('systemctl', 'reboot'))
}

await main()
