import { DomainError } from '../shared/errors/domain-error.ts'
import { brokerEvidence, controllerEvidence, type SyncEvidence } from '../shared/kafka-safety/sync-evidence.ts'
import type { KafkaTarget, TopicView } from '../shared/ports/kafka.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'

/** How the node stands in Kafka's eyes: evidence, which decides nothing, so Kafka that does not answer leaves it out. */
export async function lookAtSync(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeId: number,
): Promise<SyncEvidence | undefined> {
  const target = kafkaTarget(cluster, brokers)
  const roles = brokers.find((broker) => broker.nodeId === nodeId)?.roles ?? []
  try {
    const [quorum, replicas] = await Promise.all([
      roles.includes('controller') ? kafka.quorum(target) : undefined,
      roles.includes('broker') ? lookAtReplicas({ kafka }, target) : undefined,
    ])
    return {
      ...(replicas && brokerEvidence(replicas.topics, replicas.minInSync, nodeId)),
      ...(quorum && controllerEvidence(quorum)),
    }
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return undefined
    throw thrown
  }
}

/** All partitions, and how many of the replicas of each topic must be in sync at least. */
export async function lookAtReplicas(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
): Promise<{ readonly topics: readonly TopicView[]; readonly minInSync: (topic: string) => number }> {
  const topics = await kafka.topics(target)
  const minimums = await kafka.minInSyncReplicas(
    target,
    topics.map(({ name }) => name),
  )
  return { topics, minInSync: (topic) => minimums.get(topic) ?? 1 }
}
