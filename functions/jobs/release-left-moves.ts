import { DomainError } from '../../shared/errors/domain-error.ts'
import type { ClusterStatus } from '../../shared/lifecycle/statuses.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { pollOneCall } from '../../workflows/poll.ts'
import { releaseAll, throttlesLeft } from '../../workflows/release-all.ts'
import { fleetClusters } from './fleet-clusters.ts'

type LeftPorts = Needed<'store' | 'clock' | 'ids' | 'log' | 'kafka'>

/** There is no Kafka to ask; what was left there is still left when it starts. */
const WITHOUT_KAFKA: ReadonlySet<ClusterStatus> = new Set(['Deleting', 'Deleted', 'Stopped'])

/** Kafka does not answer, or its brokers have not all learned of it: the next run looks again. */
const PASSING: ReadonlySet<string> = new Set(['KAFKA_UNAVAILABLE', 'NOT_YET'])

/**
 * Takes back what operations have left in any cluster, each time that it runs: what is left slows down every replica that catches
 * up, so nobody waits for the look at a cluster that comes once an hour. A cluster that is not begun by `until`, in milliseconds
 * since the epoch, comes the next time.
 */
export async function releaseAllLeft(ports: LeftPorts, until: number): Promise<void> {
  for await (const { tenantId, clusterId } of fleetClusters(ports)) {
    if (ports.clock.now() >= until) return
    try {
      await releaseLeftMoves(ports, (await loadCluster(ports.store, tenantId, clusterId)).record)
    } catch (thrown) {
      // It was deleted a moment ago.
      if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') continue
      ports.log.error('moves that an operation has left could not be taken back', { tenantId, clusterId }, thrown)
    }
  }
}

/**
 * Takes back what an operation has left in Kafka that nobody works on any more: replicas under way, and throttles. It is known by
 * the mark on the cluster, which is taken away last. Kafka that does not answer is asked the next time.
 */
async function releaseLeftMoves(ports: LeftPorts, cluster: ClusterRecord): Promise<void> {
  const { tenantId, clusterId, movedBy, activeOperationId, status } = cluster
  if (movedBy === undefined || movedBy === activeOperationId || WITHOUT_KAFKA.has(status)) return
  const ids = { tenantId, clusterId, operationId: movedBy }
  try {
    const nodes = await brokersOf(ports.store, tenantId, clusterId)
    await releaseAll(ports, cluster, nodes)
    const target = kafkaTarget(cluster, nodes)
    await pollOneCall(ports, () => throttlesLeft(ports, target))
  } catch (thrown) {
    if (!(thrown instanceof DomainError && PASSING.has(thrown.code))) throw thrown
    ports.log.warn('moves that an operation has left could not be taken back', { ...ids, reason: thrown.message })
    return
  }
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    const { movedBy: mark, ...free } = draft.cluster()
    // Who takes the operation up again meanwhile moves on, and throttles anew.
    if (mark === movedBy && free.activeOperationId !== movedBy) draft.replaceCluster(free)
  })
  ports.log.warn('moves that an operation had left were taken back', ids)
}
