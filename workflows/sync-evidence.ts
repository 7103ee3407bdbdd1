import { DomainError } from '../shared/errors/domain-error.ts'
import { brokerEvidence, controllerEvidence, type SyncEvidence } from '../shared/kafka-safety/sync-evidence.ts'
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
    const quorum = roles.includes('controller') ? controllerEvidence(await kafka.quorum(target)) : {}
    if (!roles.includes('broker')) return quorum
    const topics = await kafka.topics(target)
    const minimums = await kafka.minInSyncReplicas(
      target,
      topics.map(({ name }) => name),
    )
    return { ...brokerEvidence(topics, (topic) => minimums.get(topic) ?? 1, nodeId), ...quorum }
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return undefined
    throw thrown
  }
}
