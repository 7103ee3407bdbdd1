import { DomainError } from '../errors/domain-error.ts'
import { lifecycleOf } from '../lifecycle/lifecycle.ts'
import type { OperationAction } from '../lifecycle/statuses.ts'
import type { Write } from '../ports/store.ts'
import type { OperationRecord } from '../records/operation.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { endOperation } from './end-operation.ts'
import { loadOperation } from './load.ts'
import { allowedOperationActions, notControllable } from './operation-actions.ts'
import { restStatus } from './rest-status.ts'
import { resumeOperation } from './resume-operation.ts'
import { settleCompute } from './settle-compute.ts'
import { putBackRelease } from './upgrade-order.ts'

/**
 * Asks something of an operation. Pause and cancel are heeded at the next border between two brokers (a paused operation is
 * cancelled at once, unless that takes work); resume takes up one that rests or has failed, as a new attempt that passes over the brokers that are
 * done. OPERATION_NOT_CONTROLLABLE says what the operation is instead.
 */
export async function controlOperation(
  ports: StatePorts,
  tenantId: string,
  operationId: string,
  action: OperationAction,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord> {
  const { clusterId } = (await loadOperation(ports.store, tenantId, operationId)).record
  const changed = changeCluster(ports, { tenantId, clusterId, operationId, control: true }, async (draft) => {
    const { state } = draft.operation()
    if (!allowedOperationActions(draft.operation()).includes(action)) throw notControllable(draft.operation(), action)
    const isAtRest = state === 'Paused' || state === 'Failed'
    if (action === 'resume') await resumeOperation(ports, draft)
    else if (isAtRest) await cancelAtRest(ports, draft)
    else draft.setOperation({ control: action === 'pause' ? 'Pause' : 'Cancel' })
    draft.alsoOfCaller(...also(draft.operation()))
    return draft.operation()
  })
  return changed.catch(async (thrown: unknown) => {
    if (!(thrown instanceof DomainError) || thrown.code !== 'CLUSTER_NOT_FOUND') throw thrown
    // The operation itself is there, and has ended with its cluster.
    throw notControllable((await loadOperation(ports.store, tenantId, operationId)).record, action)
  })
}

/** Cancels an operation that rests or has failed: at once, or by a way back of its own. */
async function cancelAtRest(ports: StatePorts, draft: Draft): Promise<void> {
  if (hasToGoBack(draft)) await goBack(ports, draft)
  else cancelOperation(draft)
}

/** Lets an operation rest that has come to a border; one that somebody has asked to cancel since does not rest there. */
export async function restOperation(ports: StatePorts, draft: Draft): Promise<void> {
  const { control, ...operation } = draft.operation()
  if (control === 'Cancel' && !hasToGoBack(draft)) return cancelOperation(draft)
  draft.replaceOperation({ ...operation, state: 'Paused', pausedAt: draft.now })
  // It may rest for long.
  settleCompute(draft)
  draft.emit('kafka.operation.paused.v1', operation.operationId, { type: operation.type })
  if (control === 'Cancel') await goBack(ports, draft)
}

/** Ends an operation where it stands between two brokers, or where the way back has led. */
export function cancelOperation(draft: Draft): void {
  const { control: _, ...operation } = draft.operation()
  draft.replaceOperation(operation)
  putBackRelease(draft)
  const { reverse, done, failed } = lifecycleOf(operation.type)
  endOperation(draft, { state: 'Cancelled', cluster: reverse ? (restStatus(draft.brokers()) ?? failed) : done })
}

/** Tells whether a cancelled operation leaves something half done that its own workflow takes back. */
function hasToGoBack(draft: Draft): boolean {
  const { reverse, undoes } = lifecycleOf(draft.operation().type)
  if (undoes) return true
  return reverse !== undefined && restStatus(draft.brokers()) !== reverse.done
}

/** Takes an operation that rests or has failed up again, for its way back only. */
async function goBack(ports: StatePorts, draft: Draft): Promise<void> {
  await resumeOperation(ports, draft)
  draft.setOperation({ control: 'Cancel' })
}
