import { isOffered } from '../../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import { isOperationsPartition } from '../../shared/records/keys.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { fromItem } from '../../shared/state/stored.ts'

/**
 * Starts the workflow of every operation that has just been committed. It happens here and nowhere else, from the feed
 * of committed changes, so that an accepted request cannot be lost between its commit and its start. A change that is
 * delivered again starts nothing twice: the execution is named after the operation and its attempt.
 */
export async function startOperations(ports: Needed<'workflows' | 'log'>, changes: readonly Change[]): Promise<void> {
  for (const { partition, before, after } of changes) {
    if (!after || !isOperationsPartition(partition)) continue
    const operation = fromItem<OperationRecord>(after).record
    const attemptBefore = before && fromItem<OperationRecord>(before).record.attempt
    if (operation.state !== 'Pending' || attemptBefore === operation.attempt || !isOffered(operation.type)) continue
    const { tenantId, clusterId, operationId, attempt, type } = operation
    await ports.workflows.start(type, { tenantId, clusterId, operationId, attempt })
    ports.log.info('operation started', { tenantId, clusterId, operationId, attempt, type })
  }
}
