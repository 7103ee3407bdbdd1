import type { OperationState } from '../../../shared/lifecycle/statuses.ts'
import type { KafkaData } from '../models/kafka-data.ts'
import { throttledBrokers, throttledTopics } from '../models/kafka-moves.ts'
import { type Invariant, Violation } from './facts.ts'

/** After these nobody comes back to clean up. */
const IS_OVER: ReadonlySet<OperationState> = new Set(['Succeeded', 'Cancelled'])

/**
 * Nothing in Kafka throttles replicas unless the cluster's record names the operation that will take it away, and never
 * after that has come to its end: a throttle that nobody knows of would slow down every later repair.
 */
export function noThrottleLeft(dataOf: (clusterId: string) => KafkaData): Invariant {
  return ({ changes }, { clusters, operations }) => {
    const touched = changes.flatMap((change) =>
      change.kind === 'cluster' || change.kind === 'operation' ? (change.after?.clusterId ?? []) : [],
    )
    for (const clusterId of new Set(touched)) {
      const cluster = clusters.get(clusterId)
      if (!cluster) continue
      const data = dataOf(clusterId)
      const throttled = [
        ...throttledTopics(data).map((topic) => `topic ${topic}`),
        ...throttledBrokers(data).map((nodeId) => `broker ${nodeId}`),
      ]
      if (throttled.length === 0) continue
      const owner = cluster.movedBy === undefined ? undefined : operations.get(cluster.movedBy)
      // One that a delete has pre-empted took nothing back; where the cluster is kept and restored, the mark tells of it.
      const isDeleted = [...operations.values()].some((of) => of.clusterId === clusterId && of.type === 'deleteCluster')
      if (!owner || (IS_OVER.has(owner.state) && !isDeleted))
        throw new Violation(`Cluster ${clusterId} is left with throttles of ${throttled.join(' and ')}`)
    }
  }
}
