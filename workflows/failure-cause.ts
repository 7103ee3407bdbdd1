import type { ErrorCode } from '../shared/errors/catalogue.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { HostRecord } from '../shared/records/host.ts'
import type { OperationError, StepRecord } from '../shared/records/operation.ts'
import { loadHost, loadStory, newestAttempt } from '../shared/state/load.ts'
import { judgeHostWait } from '../shared/state/settle-host-wait.ts'
import { isOpen } from '../shared/state/step-record.ts'
import type { StepInput } from './step.ts'

/** What is said of a step of which nobody heard how it ended. */
export const NOT_IN_TIME = 'The step did not end in time.'

/**
 * The step that failed last: earlier failures were tried again. One whose calls died or were never heard of again did not
 * say so; among those that are open it is the one that was called most often.
 */
export function culpritOf(steps: readonly StepRecord[]): StepRecord | undefined {
  const failed = steps.filter(({ state }) => state === 'Failed')
  const last = failed.toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '')).at(-1)
  const unended = steps.filter((step) => isOpen(step) || step.state === 'Abandoned')
  return last ?? unended.toSorted((a, b) => b.attempts - a.attempts)[0]
}

/** The steps of the newest attempt that had any, without the one that looks at them. */
export async function stepsBefore(
  { store }: Needed<'store'>,
  { tenantId, operationId }: StepInput,
  asker: 'recordFailure' | 'judgeConfigFailure' | 'judgeUpgradeFailure',
): Promise<readonly StepRecord[]> {
  const story = await loadStory(store, tenantId, operationId)
  return newestAttempt(story.filter(({ name }) => name !== asker))
}

/** What a step that is open waits for, and what it comes to when that never is. */
export interface Awaited {
  readonly reason?: string
  readonly code?: ErrorCode
}

/** Of a step that is open: its own words, or what its host had still to reach when it was last heard of. */
export function awaitedBy(step: StepRecord, host: HostRecord | undefined): Awaited {
  const own = step.reason === undefined ? {} : { reason: step.reason }
  const wait = host?.wait
  const isParkedThere = wait?.operationId === step.operationId && wait.step === step.name
  if (!host || !isParkedThere) return own
  const verdict = judgeHostWait(host, wait)
  if (verdict.kind !== 'waiting') return own
  return { reason: verdict.reason, ...(verdict.code && { code: verdict.code }) }
}

/** Why an operation failed, as its callers read it, with Kafka's own last lines on the broker at fault. */
export async function failureOf(
  ports: Needed<'store'>,
  { tenantId, clusterId }: StepInput,
  step: StepRecord | undefined,
): Promise<OperationError> {
  if (!step) return { code: 'INTERNAL', detail: 'The operation ended without the failure of a step.' }
  const nodeId = step.nodeId ?? step.faultNodeId
  const host = nodeId === undefined ? undefined : await loadHost(ports.store, tenantId, clusterId, nodeId)
  const logLines = host?.record.observed?.logLines ?? []
  const { reason, code = step.code } = isOpen(step) ? awaitedBy(step, host?.record) : {}
  const unended = reason === undefined ? NOT_IN_TIME : `${NOT_IN_TIME} What it waited for: ${reason}`
  return {
    code: code ?? 'HOST_NOT_READY',
    detail: isOpen(step) && step.state !== 'Waiting' ? unended : (step.reason ?? NOT_IN_TIME),
    step: step.name,
    ...(nodeId !== undefined && { nodeId }),
    ...(logLines.length > 0 && { logLines }),
  }
}
