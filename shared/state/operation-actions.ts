import { DomainError } from '../errors/domain-error.ts'
import { isControllable, isOffered, lifecycleOf } from '../lifecycle/lifecycle.ts'
import type { OperationAction } from '../lifecycle/statuses.ts'
import type { OperationRecord } from '../records/operation.ts'

/** Tells whether an operation should have an execution that works on it. */
export function isUnderWay({ state, type }: Pick<OperationRecord, 'state' | 'type'>): boolean {
  return (state === 'Pending' || state === 'Running') && isOffered(type)
}

/**
 * What may be asked of an operation in its state: part of its answer, and of the refusal of anything else. One that failed
 * can be taken up for as long as nothing else has begun on the cluster.
 */
export function allowedOperationActions(
  operation: Pick<OperationRecord, 'type' | 'state' | 'overtakenBy' | 'control'>,
): readonly OperationAction[] {
  const { type, state, overtakenBy, control } = operation
  if (!isControllable(type)) return []
  // A cancellation is not taken back: what rests would go on its own way again when it is resumed.
  if (isUnderWay(operation)) return control === 'Cancel' ? ['cancel'] : ['pause', 'cancel']
  if (state === 'Paused') return ['resume', 'cancel']
  if (state !== 'Failed' || overtakenBy !== undefined) return []
  return lifecycleOf(type).undoes ? ['resume', 'cancel'] : ['resume']
}

/** OPERATION_NOT_CONTROLLABLE, which says what the operation is instead and what may be asked of it. */
export function notControllable(operation: OperationRecord, action: OperationAction): DomainError {
  const { operationId, state, overtakenBy, control } = operation
  const isOvertaken = state === 'Failed' && overtakenBy !== undefined
  const isBeingCancelled = control === 'Cancel' && isUnderWay(operation)
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
