import type { OperationError, OperationRecord } from '../records/operation.ts'
import { withAttemptEnded } from './attempts.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import { loadOperation } from './load.ts'
import { isUnderWay } from './operation-actions.ts'
import { RESUMED_DEADLINE_MINUTES } from './resume-operation.ts'

/**
 * Begins a new attempt of an operation whose last one came to nothing, fenced against whatever is left of that one. It gets as
 * long as the operation had, but no longer than one that a person resumes, and the old attempt's story ends with the reason.
 * False where the operation has moved on in between: it has ended, rests, or is in another attempt.
 */
export async function renewOperation(
  ports: StatePorts,
  stuck: OperationRecord,
  error: OperationError,
): Promise<boolean> {
  const { tenantId, clusterId, operationId, attempt } = stuck
  // An attempt that is over would be refused as superseded; here it is nothing to do.
  if ((await loadOperation(ports.store, tenantId, operationId)).record.attempt !== attempt) return false
  return changeCluster(ports, { tenantId, clusterId, operationId, control: true }, (draft) => {
    const operation = draft.operation()
    const cluster = draft.cluster()
    const isStuck = cluster.activeOperationId === operationId && operation.attempt === attempt && isUnderWay(operation)
    if (!isStuck) return false
    const generation = cluster.generation + 1
    const minutes = (Date.parse(operation.deadlineAt) - Date.parse(operation.createdAt)) / 60_000
    const deadline = ports.clock.now() + Math.min(minutes, RESUMED_DEADLINE_MINUTES) * 60_000
    const { suspectedAt: _at, resumedAt: _resumed, ...renewed } = operation
    draft.replaceOperation({
      ...renewed,
      state: 'Pending',
      attempt: attempt + 1,
      earlier: withAttemptEnded(operation, { state: 'GivenUp', at: draft.now, error }),
      renewals: (operation.renewals ?? 0) + 1,
      generation,
      deadlineAt: new Date(deadline).toISOString(),
    })
    draft.setCluster({ generation })
    draft.emit('kafka.operation.resumed.v1', operationId, { type: operation.type, attempt: attempt + 1 })
    return true
  })
}
