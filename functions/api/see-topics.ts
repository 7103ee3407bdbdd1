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
import { seeLayout } from '../../shared/state/see-layout.ts'

/**
 * What a plan depends on. Kafka is asked about its topics only where the change is one of the configuration or takes brokers away or of
 * the release, and where their replicas are only where brokers go. `leaving` are the brokers that the caller names for that.
 */
export async function planFacts(
  ports: Needed<'store' | 'clock' | 'kafka'>,
  cluster: ClusterRecord,
  wanted: ClusterSpec,
  leaving?: readonly number[],
): Promise<PlanFacts> {
  const { tenantId, clusterId, spec, activeOperationId, status } = cluster
  const facts = { ...(await loadPlanFacts(ports, tenantId, clusterId)), leaving }
  const isOtherRelease = spec.kafkaVersion !== wanted.kafkaVersion
  const isFewer = wanted.brokers.count < spec.brokers.count
  const isAsked = isOtherRelease || isFewer || !isSame(spec.config, wanted.config)
  // Where it would be refused anyway, there may be no Kafka to ask.
  if (!isAsked || activeOperationId !== undefined || status !== 'Active') return facts
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  const [topics, registeredBrokers, layout] = await Promise.all([
    seeTopics(ports, cluster, brokers),
    isOtherRelease ? seeRegistered(ports, cluster, brokers) : undefined,
    isFewer ? answered(() => seeLayout(ports, cluster, brokers)) : undefined,
  ])
  return { ...facts, topics, registeredBrokers, layout, oldestVersion: oldestVersion(cluster, brokers) }
}

async function seeRegistered(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
): Promise<PlanFacts['registeredBrokers']> {
  return answered(async () => {
    const registered = await kafka.registeredBrokers(kafkaTarget(cluster, brokers))
    return registered === 'unknown' ? registered : registered.map(({ nodeId }) => nodeId)
  })
}

/** Who does not answer is a fact of its own. */
async function answered<T>(look: () => Promise<T>): Promise<T | 'unknown'> {
  try {
    return await look()
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
  return answered(async () => {
    const topics = await kafka.topics(target)
    const names = topics.map(({ name }) => name)
    const [minimums, ownMinInSync] = [
      await kafka.minInSyncReplicas(target, names),
      await kafka.topicsWithOwnMinInSync(target, names),
    ]
    return { topics, minInSync: (topic: string) => minimums.get(topic) ?? 1, ownMinInSync }
  })
}
