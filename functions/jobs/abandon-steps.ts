import type { Needed } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import { isOperationsPartition } from '../../shared/records/keys.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { loadStory } from '../../shared/state/load.ts'
import { closeStep, isOpen } from '../../shared/state/step-record.ts'
import { fromItem } from '../../shared/state/stored.ts'

/**
 * Closes the records of steps of which nobody will ever say how they ended, because their attempt is over: it was pre-empted, given
 * up, or cancelled while a call hung. A change that is delivered again, even during a later attempt, closes nothing of that one.
 */
export async function abandonSteps(
  ports: Needed<'store' | 'clock' | 'ids'>,
  changes: readonly Change[],
): Promise<void> {
  for (const { partition, before, after } of changes) {
    if (!after || !isOperationsPartition(partition)) continue
    const operation = fromItem<OperationRecord>(after).record
    const over = newestOver(operation)
    if (over === 0 || (before && newestOver(fromItem<OperationRecord>(before).record) === over)) continue
    const { tenantId, operationId } = operation
    for (const { attempt, name, nodeId, state } of await loadStory(ports.store, tenantId, operationId))
      if (attempt <= over && isOpen({ state }))
        await closeStep(ports, { tenantId, operationId, attempt, name, nodeId }, 'Abandoned')
  }
}

/** The newest attempt that nobody works on any more. */
function newestOver({ attempt, finishedAt }: OperationRecord): number {
  return finishedAt === undefined ? attempt - 1 : attempt
}
