import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { releaseAll } from '../../workflows/release-all.ts'

/**
 * Takes back what an operation has left in Kafka that nobody works on any more: replicas under way, and throttles. It is known by
 * the mark on the cluster, which is taken away last. Kafka that does not answer is asked the next time. Tells whether there was
 * anything to take back.
 */
export async function releaseLeftMoves(
  ports: Needed<'store' | 'clock' | 'ids' | 'log' | 'kafka'>,
  cluster: ClusterRecord,
): Promise<boolean> {
  const { tenantId, clusterId, movedBy, activeOperationId, status } = cluster
  // One that is stopped has no Kafka to ask; what was left there is still left when it starts.
  if (movedBy === undefined || movedBy === activeOperationId || status === 'Deleting' || status === 'Stopped')
    return false
  const ids = { tenantId, clusterId, operationId: movedBy }
  try {
    await releaseAll(ports, cluster, await brokersOf(ports.store, tenantId, clusterId))
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE')) throw thrown
    ports.log.warn('moves that an operation has left could not be taken back', { ...ids, reason: thrown.message })
    return false
  }
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    const { movedBy: mark, ...free } = draft.cluster()
    // Who takes the operation up again meanwhile moves on, and throttles anew.
    if (mark === movedBy && free.activeOperationId !== movedBy) draft.replaceCluster(free)
  })
  ports.log.warn('moves that an operation had left were taken back', ids)
  return true
}
