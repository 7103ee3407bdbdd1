import { DomainError } from '../../shared/errors/domain-error.ts'
import { isServing } from '../../shared/lifecycle/serving.ts'
import type { KafkaTarget } from '../../shared/ports/kafka.ts'
import type { Store } from '../../shared/ports/store.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { clusterActions } from '../../shared/state/cluster-actions.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'

/** STATUS_NOT_ALLOWED unless Kafka can be expected to answer. */
export function assertServing(cluster: ClusterRecord): void {
  if (isServing(cluster)) return
  const { clusterId, status, health, activeOperationId } = cluster
  throw new DomainError('STATUS_NOT_ALLOWED', `Cluster ${clusterId} is ${status}; this needs a cluster that serves.`, {
    metadata: {
      clusterId,
      status,
      health,
      allowedActions: clusterActions(cluster),
      ...(activeOperationId === undefined
        ? {}
        : { conflictingOperationId: activeOperationId, link: `/v1/operations/${activeOperationId}` }),
    },
  })
}

/** A cluster whose Kafka can be expected to answer, and how to reach it. */
export async function servingCluster(
  store: Store,
  tenantId: string,
  clusterId: string,
): Promise<{ cluster: ClusterRecord; target: KafkaTarget }> {
  const { record: cluster } = await loadCluster(store, tenantId, clusterId)
  assertServing(cluster)
  const brokers = await brokersOf(store, tenantId, clusterId)
  return { cluster, target: kafkaTarget(cluster, brokers) }
}
