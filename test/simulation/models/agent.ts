import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostCallName } from '../../../shared/host-protocol/calls.ts'
import { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type {
  AttachAnswer,
  AttachRequest,
  CertificateAnswer,
  CertificateRequest,
  ReportAnswer,
} from '../../../shared/host-protocol/messages.ts'
import { HostReport } from '../../../shared/host-protocol/report.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { FaultPlan } from '../faults.ts'
import { ProcessDied } from '../life.ts'
import { advanceKafka, preflightOf, processOf } from './kafka-process.ts'
import { advanceStop, nextOfStop, stopKafka } from './kafka-stop.ts'
import { type AgentMemory, bootIdOf, type Machine, startingProcess } from './machine.ts'

/** The calls that a host may make; each rejects with `ProcessDied` while the control plane is down. */
export interface HostCalls extends Record<HostCallName, unknown> {
  attach(machine: Machine, request: AttachRequest): Promise<AttachAnswer>
  desired(machine: Machine, query: { generation: number; after: number }): Promise<DesiredHost | undefined>
  report(machine: Machine, observed: HostReport): Promise<ReportAnswer>
  certificates(machine: Machine, request: CertificateRequest): Promise<CertificateAnswer>
}

/** What the agent of a host needs of the simulated world. */
export interface AgentParts {
  readonly clock: Clock
  readonly faults: FaultPlan
  readonly calls: HostCalls
  readonly isServing: (machine: Machine) => boolean
  /** Whether the release of its process can work at the levels of the cluster; one that cannot ends at its start. */
  readonly canJoin: (machine: Machine) => boolean
  /** Told right before the agent stops a Kafka process in order to start it again, or to reboot the machine. */
  readonly onRestart: (machine: Machine) => void
}

/** Volume, certificate, configuration and format, up to the start of Kafka. */
const BYTES_PER_GIB = 1024 ** 3
const PREPARE_SECONDS = 2
/** How often the agent looks while its host is not yet where it shall be. */
const BUSY_SECONDS = 1
/** The pause after a call that failed. */
const RETRY_SECONDS = 2
const AGENT_VERSION = 'simulated'

/** Why an agent ended: it was stopped or succeeded, or it takes its machine down to come back in another boot. */
export type SimulatedEnd = 'Over' | 'Reboots'

/**
 * The agent on a host, as far as the control plane can tell it from the real one: it attaches, pulls, converges and
 * reports until it is stopped, or until a newer one has taken over or its machine reboots, and then it stops Kafka. Where
 * the machine has the memory of one, that one goes on.
 */
export async function runAgent(machine: Machine, parts: AgentParts, signal: AbortSignal): Promise<SimulatedEnd> {
  const { clock, faults, calls, onRestart } = parts
  const memory = machine.agent ?? nothingKnown(clock.now())
  machine.agent = memory
  const bootId = bootIdOf(machine)

  async function converge(wanted: DesiredHost, attached: number): Promise<void> {
    if (faults.host('volumeFails', machine.node.nodeId) || faults.host('isHeldUp', machine.node.nodeId)) return
    machine.fileSystemGiB = Math.max(machine.fileSystemGiB, Math.min(wanted.volumeGiB, machine.volumeGiB()))
    if (machine.fileSystemGiB < wanted.volumeGiB) return
    if (wanted.kafka.processState === 'Stopped') {
      if (machine.kafka && faults.host('neverStops', machine.node.nodeId)) return
      stopKafka(machine, wanted.kafka.stopAt, clock.now())
      if (machine.kafka) return
    } else if (!machine.kafka) {
      await clock.sleep(PREPARE_SECONDS * 1000, signal)
      await calls.certificates(machine, { generation: attached, csrPem: `key of ${machine.instanceId}` })
      machine.kafka = startingProcess(wanted, clock.now(), 'us', machine.switchedOnAt)
    } else if (machine.kafka.desired.kafka.restartNonce !== wanted.kafka.restartNonce) {
      onRestart(machine)
      machine.kafka = startingProcess(wanted, clock.now(), 'us')
    }
    memory.observedRevision = wanted.revision
  }

  function observe(attached: number): HostReport {
    const failed = faults.host('volumeFails', machine.node.nodeId)
    const isHeldUp = faults.host('isHeldUp', machine.node.nodeId)
    const isAtRest = machine.kafka === undefined && memory.desired?.kafka.processState === 'Stopped'
    return HostReport.parse({
      generation: attached,
      bootId,
      agentVersion: AGENT_VERSION,
      observedRevision: memory.observedRevision,
      volume: failed
        ? { state: 'Absent' }
        : {
            state: 'Mounted',
            totalBytes: machine.fileSystemGiB * BYTES_PER_GIB,
            usedBytes: Math.floor(machine.usedGiB() * BYTES_PER_GIB),
          },
      formatted: machine.kafka !== undefined,
      process: isAtRest ? { state: 'Stopped', exitCount: 0 } : processOf(machine, parts),
      ...(memory.preflight && { preflight: memory.preflight }),
      ...(failed && { problem: { code: 'VOLUME_FAILED', detail: 'The volume has no medium.', terminal: true } }),
      ...(isHeldUp && {
        problem: { code: 'CERTIFICATE_FAILED', detail: 'The certificate cannot be renewed.', terminal: false },
      }),
      logLines: machine.kafka ? [`[${machine.node.nodeId}] the last words of Kafka`] : [],
    })
  }

  async function pass(): Promise<number | 'Reboots'> {
    memory.generation ??= (await calls.attach(machine, { bootId, agentVersion: AGENT_VERSION })).generation
    const { generation } = memory
    const news = await calls.desired(machine, { generation, after: memory.desired?.revision ?? 0 })
    if (news) memory.desired = DesiredHost.parse(news)
    const { desired } = memory
    if (desired?.retiredBootId === bootId) {
      onRestart(machine)
      machine.kafka = undefined
      return 'Reboots'
    }
    if (desired) {
      memory.preflight = preflightOf(desired, parts)
      await converge(desired, generation)
    }
    const { nextReportSeconds } = await calls.report(machine, observe(generation))
    return processOf(machine, parts).state === 'Running' ? nextReportSeconds : BUSY_SECONDS
  }

  async function untilItsEnd(): Promise<SimulatedEnd> {
    while (!signal.aborted) {
      if (memory.nextPassAt > clock.now()) await clock.sleep(memory.nextPassAt - clock.now(), signal)
      advanceKafka(machine, parts)
      advanceStop(machine, parts)
      let pauseSeconds = RETRY_SECONDS
      try {
        const next = await pass()
        if (next === 'Reboots') return next
        pauseSeconds = next
      } catch (thrown) {
        if (signal.aborted) break
        if (thrown instanceof DomainError && thrown.code === 'STALE_GENERATION') {
          machine.kafka = undefined
          return 'Over'
        }
        if (!(thrown instanceof DomainError || thrown instanceof ProcessDied)) throw thrown
      }
      memory.nextPassAt = Math.min(clock.now() + pauseSeconds * 1000, nextOfStop(machine, clock.now()))
    }
    return 'Over'
  }

  try {
    return await untilItsEnd()
  } finally {
    machine.agent = undefined
  }
}

function nothingKnown(now: number): AgentMemory {
  return {
    generation: undefined,
    desired: undefined,
    observedRevision: 0,
    preflight: undefined,
    nextPassAt: now,
  }
}
