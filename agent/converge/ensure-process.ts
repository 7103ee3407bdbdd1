import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { HostProblem } from '../../shared/host-protocol/report.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { KafkaProcess } from '../process/kafka-process.ts'
import { type Action, nextAction, type ProcessRecord, type StopPolicy } from '../process/process-record.ts'
import { asProblem } from './converge.ts'
import type { Step, StepResult } from './step.ts'

/** What the process step needs. */
export interface ProcessParts {
  readonly kafka: KafkaProcess
  readonly clock: Clock
  readonly policy: StopPolicy
  readonly command: (desired: DesiredHost) => readonly string[]
}

/** Kafka runs, or does not run, as desired. The step starts or stops and does not wait: the end of a process leads to another pass. */
export function ensureProcess({ kafka, clock, policy, command }: ProcessParts): Step {
  async function act(action: Action, desired: DesiredHost): Promise<void> {
    const { version, restartNonce } = desired.kafka
    if (action.kind === 'start') await kafka.start({ command: command(desired), kafkaVersion: version, restartNonce })
    if (action.kind === 'terminate') await kafka.terminate()
    if (action.kind === 'kill') kafka.kill()
  }

  return {
    name: 'ensureProcess',
    problemCode: 'PROCESS_FAILED',
    async ensure(desired) {
      const action = nextAction(kafka.record(), desired.kafka, policy, clock.now())
      await act(action, desired)
      const overdue = isOverdue(kafka.record(), policy, clock.now()) ? { problem: stopOverdue(policy) } : {}
      return { ...(await standing(kafka, desired)), ...overdue, ...lookAgain(action, clock) }
    },
  }
}

const isOverdue = ({ identity, stopAskedAt }: ProcessRecord, policy: StopPolicy, now: number): boolean =>
  identity !== undefined && stopAskedAt !== undefined && now >= stopAskedAt + policy.stopTimeoutMilliseconds

const stopOverdue = ({ stopTimeoutMilliseconds }: StopPolicy): HostProblem =>
  asProblem('PROCESS_FAILED', `Kafka has not stopped ${stopTimeoutMilliseconds / 1000} s after it was asked to`)

const lookAgain = (action: Action, clock: Clock): Pick<StepResult, 'lookAgainInMilliseconds'> =>
  action.kind === 'wait' ? { lookAgainInMilliseconds: Math.max(0, action.until - clock.now()) } : {}

async function standing(kafka: KafkaProcess, desired: DesiredHost): Promise<StepResult> {
  const record = kafka.record()
  if (desired.kafka.processState === 'Stopped') return { holds: record.identity === undefined }
  const holds =
    record.identity !== undefined && record.state !== 'Stopping' && record.restartNonce === desired.kafka.restartNonce
  const problem = await crashProblem(kafka)
  return problem === undefined ? { holds } : { holds, problem }
}

/**
 * What a crash loop is reported as: how often Kafka has failed, and what it says about it. It is not terminal: the host tries
 * on, slowly, and what Kafka misses (a quorum, say) may come.
 */
export async function crashProblem(kafka: KafkaProcess): Promise<HostProblem | undefined> {
  const { state, exitCount, lastExit } = kafka.record()
  if (state !== 'CrashLooping') return undefined
  const how = lastExit?.signal ?? lastExit?.code ?? 'an unknown code'
  const count = `Kafka ended ${exitCount} times without serving, last with ${how}`
  return asProblem('PROCESS_FAILED', [count, ...(await kafka.failures())].join('\n'))
}
