import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { CertificateAnswer } from '../../shared/host-protocol/messages.ts'
import { LONGEST_POLL_PAUSE_SECONDS } from '../../shared/host-protocol/polling.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Log } from '../../shared/ports/log.ts'
import { callBackOff, jitteredBackOffMilliseconds } from '../back-off.ts'
import type { AgentConfig } from '../config.ts'
import { agentVersion } from '../version.ts'
import { CallRefusedError, ControlPlaneUnreachableError, StaleGenerationError } from './errors.ts'
import type { HostApi } from './host-api.ts'

/** What a session with the control plane needs. */
export interface SessionParts {
  readonly config: Pick<AgentConfig, 'pollWaitSeconds'>
  readonly bootId: string
  readonly api: HostApi
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly onAttached: () => void
  readonly onDesired: (desired: DesiredHost) => Promise<void>
}

/** The life of one agent process towards the control plane: one attach, then pulls until the end. */
export interface Session {
  /** What the control plane calls this process; undefined until it has been reached. */
  generation(): number | undefined
  certify(csrPem: string): Promise<CertificateAnswer>
  /** Rejects with StaleGenerationError when a newer process has attached. */
  keepPulling(signal: AbortSignal): Promise<void>
}

// When the control plane answers at once although it was asked to wait, nothing is going on, and it does not want to be asked
// more often than this.
const shortAnswerPauseMilliseconds = LONGEST_POLL_PAUSE_SECONDS * 1000

/** A session that is not attached yet. */
export function createSession(parts: SessionParts): Session {
  const { api, clock, log } = parts
  let generation: number | undefined
  // 0: the whole document is asked for once, because what is on disk may be of another life of this host.
  let revision = 0

  async function attach(): Promise<number> {
    const answer = await api.attach({ bootId: parts.bootId, agentVersion })
    generation = answer.generation
    log.info('attached', { generation })
    parts.onAttached()
    return generation
  }

  async function pull(current: number, signal: AbortSignal): Promise<void> {
    const { pollWaitSeconds } = parts.config
    const askedAt = clock.now()
    const desired = await api.desired({ generation: current, after: revision, waitSeconds: pollWaitSeconds }, signal)
    if (desired !== undefined && desired.generation > current) {
      throw new StaleGenerationError(`the desired state is for generation ${desired.generation}, this is ${current}`)
    }
    if (desired !== undefined && desired.revision !== revision) {
      revision = desired.revision
      log.info('new desired state', { revision, processState: desired.kafka.processState })
      return parts.onDesired(desired)
    }
    const waited = clock.now() - askedAt
    if (waited < (pollWaitSeconds * 1000) / 2) await pause(jittered(shortAnswerPauseMilliseconds), signal)
  }

  const jittered = (milliseconds: number): number => milliseconds * (0.5 + parts.random() / 2)
  const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    clock.sleep(milliseconds, signal).catch(() => undefined)

  return {
    generation: () => generation,
    async certify(csrPem) {
      if (generation === undefined) throw new ControlPlaneUnreachableError('the host is not attached yet')
      return api.certificate({ generation, csrPem })
    },
    async keepPulling(signal) {
      let failures = 0
      let lastReason: string | undefined
      while (!signal.aborted) {
        try {
          await pull(generation ?? (await attach()), signal)
          if (failures > 0) log.info('the control plane answers again', { failures })
          failures = 0
          lastReason = undefined
        } catch (error) {
          const passes = error instanceof ControlPlaneUnreachableError || error instanceof CallRefusedError
          if (!passes) throw error
          if (signal.aborted) return
          failures += 1
          if (error.message !== lastReason) log.warn('the control plane cannot be reached', { reason: error.message })
          lastReason = error.message
          await pause(jitteredBackOffMilliseconds(callBackOff, failures, parts.random), signal)
        }
      }
    },
  }
}
