import type { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { PlanFacts } from '../../shared/planner/facts.ts'
import { isSame } from '../../shared/planner/same.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { oldestVersion } from '../../shared/state/node-version.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'

/** What a plan depends on. Kafka is asked only where the change is one of the configuration or of the release. */
export async function planFacts(
  ports: Needed<'store' | 'clock' | 'kafka'>,
  cluster: ClusterRecord,
  wanted: ClusterSpec,
): Promise<PlanFacts> {
  const { tenantId, clusterId, spec, activeOperationId, status } = cluster
  const facts = await loadPlanFacts(ports, tenantId, clusterId)
  const isOtherRelease = spec.kafkaVersion !== wanted.kafkaVersion
  const isAsked = isOtherRelease || !isSame(spec.config, wanted.config)
  // Where it would be refused anyway, there may be no Kafka to ask.
  if (!isAsked || activeOperationId !== undefined || status !== 'Active') return facts
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  const [topics, registeredBrokers] = await Promise.all([
    seeTopics(ports, cluster, brokers),
    isOtherRelease ? seeRegistered(ports, cluster, brokers) : undefined,
  ])
  return { ...facts, topics, registeredBrokers, oldestVersion: oldestVersion(cluster, brokers) }
}

async function seeRegistered(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
): Promise<PlanFacts['registeredBrokers']> {
  try {
    const registered = await kafka.registeredBrokers(kafkaTarget(cluster, brokers))
    return registered === 'unknown' ? registered : registered.map(({ nodeId }) => nodeId)
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return 'unknown'
    throw thrown
  }
}

async function seeTopics(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
): Promise<PlanFacts['topics']> {
  const target = kafkaTarget(cluster, brokers)
  try {
    const topics = await kafka.topics(target)
    const names = topics.map(({ name }) => name)
    const [minimums, ownMinInSync] = [
      await kafka.minInSyncReplicas(target, names),
      await kafka.topicsWithOwnMinInSync(target, names),
    ]
    return { topics, minInSync: (topic) => minimums.get(topic) ?? 1, ownMinInSync }
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return 'unknown'
    throw thrown
  }
}
