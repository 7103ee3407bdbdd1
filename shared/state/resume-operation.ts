import { DomainError } from '../errors/domain-error.ts'
import { lifecycleOf } from '../lifecycle/lifecycle.ts'
import { withAttemptEnded } from './attempts.ts'
import { type StatePorts, timestamp } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { overtakeLast } from './overtake.ts'

/** How long an operation that is taken up again may take. */
export const RESUMED_DEADLINE_MINUTES = 240

/** Takes an operation that rests or has failed up again, as a new attempt, unless another one runs on the cluster. */
export async function resumeOperation(ports: StatePorts, draft: Draft): Promise<void> {
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
