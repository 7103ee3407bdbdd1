import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { pollOneCall } from '../../workflows/poll.ts'
import { releaseAll, throttlesLeft } from '../../workflows/release-all.ts'

/** Kafka does not answer, or its brokers have not all learned of it: the next run looks again. */
const PASSING: ReadonlySet<string> = new Set(['KAFKA_UNAVAILABLE', 'NOT_YET'])

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
    const nodes = await brokersOf(ports.store, tenantId, clusterId)
    await releaseAll(ports, cluster, nodes)
    const target = kafkaTarget(cluster, nodes)
    await pollOneCall(ports, () => throttlesLeft(ports, target))
  } catch (thrown) {
    if (!(thrown instanceof DomainError && PASSING.has(thrown.code))) throw thrown
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
