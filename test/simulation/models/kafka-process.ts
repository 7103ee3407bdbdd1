import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type { HostReport, PreflightVerdict } from '../../../shared/host-protocol/report.ts'
import type { AgentParts } from './agent.ts'
import { type Machine, startingProcess } from './machine.ts'

/** From the start of the process until it takes part in elections. */
const START_SECONDS = 3
/** The supervisor's pause before it tries again. */
const CRASH_PAUSE_SECONDS = 4
/** After so many ends without serving the agent calls it a loop. */
const CRASHES_OF_A_LOOP = 3

type Parts = Pick<AgentParts, 'clock' | 'faults' | 'isServing' | 'canJoin'>

/** Lets the machine's Kafka process come up or end, as the time that has passed demands. */
export function advanceKafka(machine: Machine, { clock, faults, canJoin }: Parts): void {
  const { kafka } = machine
  if (!kafka || kafka.stopAskedAt !== undefined || clock.now() < kafka.startedAt + START_SECONDS * 1000) return
  const { nodeId } = machine.node
  const fails = faults.host('newReleaseFails', nodeId) && kafka.desired.kafka.version !== FIRST_RELEASE
  if (!fails && !faults.host('processCrashLoops', nodeId) && canStart(kafka) && canJoin(machine)) {
    kafka.isUp = true
    kafka.upAt ??= clock.now()
    kafka.exitCount = 0
  } else if (kafka.exitCount < CRASHES_OF_A_LOOP) {
    kafka.exitCount++
    kafka.startedAt = clock.now() + CRASH_PAUSE_SECONDS * 1000
  }
}

/** Kills the process as the kernel would; its supervisor starts it again. */
export function killKafka(machine: Machine, now: number): void {
  const { kafka } = machine
  if (!kafka?.isUp) return
  machine.kafka = {
    ...startingProcess(kafka.desired, now + CRASH_PAUSE_SECONDS * 1000, 'fate', now),
    exitCount: kafka.exitCount + 1,
  }
}

/** A setting with which Kafka ends at its start although its own definition takes it. */
export const DEADLY_CONFIG: Readonly<Record<string, string>> = { 'queued.max.requests': '2147483647' }

/** A setting that Kafka's own check refuses before anything is started with it. */
export const REFUSED_CONFIG: Readonly<Record<string, string>> = { 'queued.max.requests': '-7' }

/** The release that clusters are ordered with here. */
export const FIRST_RELEASE = '3.7.1'

/** What Kafka's own check says of a candidate, where there is one. */
export function preflightOf({ nodeId, revision, kafka }: DesiredHost, { faults }: Parts): PreflightVerdict | undefined {
  const { candidateConfig, candidateVersion } = kafka
  if (candidateConfig === undefined && candidateVersion === undefined) return undefined
  if (candidateVersion !== undefined && faults.host('newReleaseRefused', nodeId))
    return { revision, refused: 'Invalid value 1 for configuration log.segment.bytes' }
  const refused = Object.entries(REFUSED_CONFIG).find(([key, value]) => candidateConfig?.[key] === value)
  return { revision, ...(refused && { refused: `Invalid value ${refused[1]} for configuration ${refused[0]}` }) }
}

function canStart({ desired }: Pick<NonNullable<Machine['kafka']>, 'desired'>): boolean {
  return !Object.entries(DEADLY_CONFIG).some(([key, value]) => desired.kafka.config[key] === value)
}

/** The process as the agent reports it. */
export function processOf(machine: Machine, { clock, isServing }: Parts): HostReport['process'] {
  const { kafka } = machine
  if (!kafka) return { state: 'Absent', exitCount: 0 }
  const { exitCount, desired } = kafka
  const about = { exitCount, restartNonce: desired.kafka.restartNonce, kafkaVersion: desired.kafka.version }
  if (kafka.stopAskedAt !== undefined) return { state: 'Stopping', ...about }
  if (isServing(machine)) return { state: 'Running', ...about }
  if (exitCount === 0) return { state: 'Starting', ...about }
  const lastExit = { code: 1, signal: null, at: new Date(kafka.startedAt).toISOString() }
  if (exitCount >= CRASHES_OF_A_LOOP) return { state: 'CrashLooping', ...about, lastExit }
  return { state: clock.now() < kafka.startedAt ? 'BackingOff' : 'Starting', ...about, lastExit }
}
