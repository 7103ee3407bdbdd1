import type { Needed } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { isOperationsPartition, keys } from '../../shared/records/keys.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { retryConflicts } from '../../shared/state/retry-conflicts.ts'
import { fromItem, getRecord, putRecord } from '../../shared/state/stored.ts'

/**
 * Puts every cluster that was ordered onto the list of all that exist, before anything is made for it. The list is of no
 * tenant, so what accepts orders in a tenant's name cannot reach it. A change that is delivered again, even after the
 * cluster is gone, lists nothing twice and nothing that is gone.
 */
export async function enlistClusters(
  ports: Needed<'store' | 'clock' | 'ids'>,
  changes: readonly Change[],
): Promise<void> {
  for (const { partition, before, after } of changes) {
    if (!after || before || !isOperationsPartition(partition)) continue
    const { type, tenantId, clusterId } = fromItem<OperationRecord>(after).record
    if (type === 'createCluster') await retryConflicts(ports, () => enlist(ports, tenantId, clusterId))
  }
}

async function enlist({ store }: Needed<'store'>, tenantId: string, clusterId: string): Promise<void> {
  const key = keys.fleetCluster(clusterId)
  if ((await store.get(key)) !== undefined) return
  const cluster = await getRecord<ClusterRecord>(store, keys.cluster(tenantId, clusterId))
  if (cluster === undefined) return
  await store.transact([
    putRecord(key, { tenantId, clusterId }, undefined),
    { ...cluster.key, check: true, guard: { version: cluster.version } },
  ])
}
