import { join } from 'node:path'
import { DesiredHost } from '../shared/host-protocol/desired.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { Log } from '../shared/ports/log.ts'
import { createBell } from './bell.ts'
import type { AgentConfig } from './config.ts'
import { StaleGenerationError } from './control-plane/errors.ts'
import type { HostApi } from './control-plane/host-api.ts'
import { createSession } from './control-plane/session.ts'
import { keepConverging } from './converge/keep-converging.ts'
import { createHost } from './host.ts'
import type { KafkaUser } from './kafka-user.ts'
import type { OperatingSystem } from './process/operating-system.ts'
import { keepReporting } from './report/reporter.ts'
import { stateFile } from './state-file.ts'

/** Everything the agent needs of the world. */
export interface AgentParts {
  readonly config: AgentConfig
  readonly bootId: string
  /** Whom Kafka runs as. Default: whoever runs the agent. */
  readonly user?: KafkaUser | undefined
  readonly api: HostApi
  readonly os: OperatingSystem
  /** Takes this machine down, to come back in another boot; resolves when that has begun, if it ever does. */
  readonly reboot: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
}

/** Why the agent ended: it was told to, or a newer process has taken over this host. */
export type AgentEnd = 'Told' | 'Stale'

// A fenced process must be gone soon: it may hold data that another host is about to serve.
const fencedStopMilliseconds = 60_000
const killMilliseconds = 10_000

/**
 * Runs the agent until the signal aborts, which leaves Kafka running, or until the control plane calls it stale, which stops
 * Kafka first. Without a control plane the host holds on to the desired state it heard last.
 */
export async function runAgent(parts: AgentParts, told: AbortSignal): Promise<AgentEnd> {
  const { config, clock, log } = parts
  const reportBell = createBell(clock)
  const convergeBell = createBell(clock)
  const desiredFile = stateFile(join(config.stateDir, 'desired.json'), DesiredHost)
  let desired = await desiredFile.read()

  const session = createSession({
    ...parts,
    onAttached: () => {
      convergeBell.ring()
      reportBell.ring()
    },
    async onDesired(next) {
      await desiredFile.write(next)
      desired = next
      convergeBell.ring()
    },
  })
  const host = await createHost({
    ...parts,
    certify: session.certify,
    desired: () => desired,
    onChange: () => {
      convergeBell.ring()
      reportBell.ring()
    },
  })

  const ending = new AbortController()
  const signal = AbortSignal.any([told, ending.signal])
  const untilEnd = async (loop: Promise<void>): Promise<AgentEnd> => {
    try {
      await loop
      return 'Told'
    } catch (error) {
      if (!(error instanceof StaleGenerationError)) throw error
      log.warn('a newer process has taken over this host', { reason: error.message })
      return 'Stale'
    } finally {
      ending.abort()
    }
  }
  const ends = await Promise.all(
    [
      session.keepPulling(signal),
      host.kafka.watch(signal),
      keepConverging({ ...parts, bell: convergeBell, host, onPass: reportBell.ring }, signal),
      keepReporting({ ...parts, bell: reportBell, observe: () => host.observe(session.generation()) }, signal),
    ].map(untilEnd),
  )
  if (!ends.includes('Stale')) return 'Told'
  await fence(host.kafka)
  return 'Stale'
}

async function fence(kafka: Awaited<ReturnType<typeof createHost>>['kafka']): Promise<void> {
  await kafka.terminate()
  if (await kafka.ended(fencedStopMilliseconds)) return
  kafka.kill()
  await kafka.ended(killMilliseconds)
}
