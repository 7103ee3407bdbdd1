import type { Needed } from '../../shared/ports/ports.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { loadOperation } from '../../shared/state/load.ts'
import { fromItem } from '../../shared/state/stored.ts'

/** Who asks for what no tenant asked for. */
export const SWEEPER = 'weir'

/** The newest operations of a cluster, newest first. */
export async function lastOperations(
  { store }: Needed<'store'>,
  tenantId: string,
  clusterId: string,
  limit: number,
): Promise<readonly OperationRecord[]> {
  const partition = partitions.cluster(tenantId, clusterId)
  const { items } = await store.query({ partition, sortPrefix: sorts.operation, descending: true, limit })
  const found: OperationRecord[] = []
  for (const item of items) {
    const { operationId } = fromItem<{ operationId: string }>(item).record
    found.push((await loadOperation(store, tenantId, operationId)).record)
  }
  return found
}
