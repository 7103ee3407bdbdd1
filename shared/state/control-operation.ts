import { DomainError } from '../errors/domain-error.ts'
import { isControllable, lifecycleOf } from '../lifecycle/lifecycle.ts'
import type { OperationAction } from '../lifecycle/statuses.ts'
import type { Write } from '../ports/store.ts'
import type { OperationRecord } from '../records/operation.ts'
import { withAttemptEnded } from './attempts.ts'
import { changeCluster, type StatePorts, timestamp } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { endOperation } from './end-operation.ts'
import { loadOperation } from './load.ts'
import { overtakeLast } from './overtake.ts'
import { restStatus } from './rest-status.ts'
import { settleCompute } from './settle-compute.ts'
import { putBackRelease } from './upgrade-order.ts'

/** How long an operation that is taken up again may take. */
const RESUMED_DEADLINE_MINUTES = 240

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
    if (!allowedOperationActions(draft.operation()).includes(action)) throw refusal(draft.operation(), action)
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
    throw refusal((await loadOperation(ports.store, tenantId, operationId)).record, action)
  })
}

function refusal(operation: OperationRecord, action: OperationAction): DomainError {
  const { operationId, state, overtakenBy, control } = operation
  const isOvertaken = state === 'Failed' && overtakenBy !== undefined
  const isBeingCancelled = control === 'Cancel' && isUnderWay(state)
  const why = isOvertaken
    ? `, because operation ${overtakenBy} has begun on the cluster since`
    : isBeingCancelled
      ? ', because it is being cancelled'
      : ''
  return new DomainError(
    'OPERATION_NOT_CONTROLLABLE',
    `The operation is ${state} and cannot be asked to ${action}${why}.`,
    {
      metadata: {
        operationId,
        state,
        allowedActions: allowedOperationActions(operation),
        ...(isOvertaken && { overtakenBy, overtakenByOperation: `/v1/operations/${overtakenBy}` }),
      },
    },
  )
}

/**
 * What may be asked of an operation in its state: part of its answer, and of the refusal of anything else. One that failed
 * can be taken up for as long as nothing else has begun on the cluster.
 */
export function allowedOperationActions({
  type,
  state,
  overtakenBy,
  control,
}: Pick<OperationRecord, 'type' | 'state' | 'overtakenBy' | 'control'>): readonly OperationAction[] {
  if (!isControllable(type)) return []
  // A cancellation is not taken back: what rests would go on its own way again when it is resumed.
  if (isUnderWay(state)) return control === 'Cancel' ? ['cancel'] : ['pause', 'cancel']
  if (state === 'Paused') return ['resume', 'cancel']
  if (state !== 'Failed' || overtakenBy !== undefined) return []
  return lifecycleOf(type).undoes ? ['resume', 'cancel'] : ['resume']
}

const isUnderWay = (state: OperationRecord['state']) => state === 'Pending' || state === 'Running'

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

async function resumeOperation(ports: StatePorts, draft: Draft): Promise<void> {
  const {
    control: _,
    error,
    finishedAt,
    pausedAt,
    renewals: _renewals,
    suspectedAt: _at,
    ...operation
  } = draft.operation()
  const cluster = draft.cluster()
  if (cluster.activeOperationId !== undefined && cluster.activeOperationId !== operation.operationId) {
    throw new DomainError(
      'OPERATION_IN_PROGRESS',
      `Operation ${cluster.activeOperationId} is running on the cluster.`,
      {
        metadata: { conflictingOperationId: cluster.activeOperationId },
      },
    )
  }
  const generation = cluster.generation + 1
  const deadlineAt = new Date(Date.parse(timestamp(ports)) + RESUMED_DEADLINE_MINUTES * 60_000).toISOString()
  const at = finishedAt ?? pausedAt ?? draft.now
  draft.replaceOperation({
    ...operation,
    state: 'Pending',
    attempt: operation.attempt + 1,
    earlier: withAttemptEnded(operation, { state: operation.state === 'Failed' ? 'Failed' : 'Paused', at, error }),
    resumedAt: draft.now,
    generation,
    deadlineAt,
  })
  draft.setCluster({ generation, activeOperationId: operation.operationId })
  // Others may have come and gone while brokers that were to join waited for this.
  if (cluster.lastOperationId !== operation.operationId) await overtakeLast(ports, draft, operation.operationId)
  const { path } = lifecycleOf(operation.type)
  if (!path.some((stage) => stage === cluster.status)) draft.enterCluster(path[0], cluster.health)
  draft.emit('kafka.operation.resumed.v1', operation.operationId, {
    type: operation.type,
    attempt: operation.attempt + 1,
  })
}
