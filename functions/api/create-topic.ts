import { topicSurroundings } from '../../shared/contract/cluster-rules.ts'
import type { TopicSpec } from '../../shared/contract/cluster-spec.ts'
import { ROUTES } from '../../shared/contract/routes.ts'
import { topicViolations } from '../../shared/contract/topic-rules.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { placeReplicas } from '../../shared/placement/place-replicas.ts'
import type { Kafka, KafkaTarget, NewTopic } from '../../shared/ports/kafka.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { isLeaving } from '../../shared/state/leaving.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { oldestVersion } from '../../shared/state/node-version.ts'
import { defineEndpoint } from './endpoint.ts'
import { servingCluster } from './serving-cluster.ts'
import { topicLinks } from './views/topic.ts'

/** Creates a topic in Kafka and then commits its event together with the answer that repeats will get. */
export const createTopic = defineEndpoint({
  route: ROUTES.createTopic,
  async handle({ params: { clusterId }, body: topic, principal: { tenantId }, idempotency }, ports) {
    const { cluster, target } = await servingCluster(ports.store, tenantId, clusterId)
    const nodes = await brokersOf(ports.store, tenantId, clusterId)
    const surroundings = topicSurroundings({ ...cluster.spec, kafkaVersion: oldestVersion(cluster, nodes) })
    const violations = topicViolations(topic, surroundings, '')
    if (violations.length > 0) {
      throw new DomainError('INVALID_FIELD', 'The topic does not fit the cluster.', { violations })
    }
    const { resumed } = await idempotency.claim(async () => [])
    const assignment = aroundLeaving(nodes, topic)
    await ensureTopic(ports.kafka, target, { ...topic, ...(assignment && { assignment }) }, resumed)
    const links = topicLinks(clusterId, topic.name)
    const answer = { status: 201 as const, headers: { Location: links.self }, body: { ...topic, links } }
    await changeCluster(ports, { tenantId, clusterId }, (draft) => {
      draft.emit('kafka.topic.created.v1', topic.name, { name: topic.name, partitions: topic.partitions })
      draft.also(idempotency.keep(answer))
    })
    return answer
  },
})

/**
 * Where the replicas stand while brokers are on their way out, which get none; Kafka itself would not know. A topic that needs
 * more brokers than stay is INVALID_FIELD. Otherwise the choice is Kafka's.
 */
function aroundLeaving(nodes: readonly BrokerRecord[], topic: TopicSpec): NewTopic['assignment'] {
  const brokers = nodes.filter(({ roles }) => roles.includes('broker'))
  const staying = brokers.filter((broker) => !isLeaving(broker))
  if (staying.length === brokers.length) return undefined
  const { name, partitions, replicationFactor } = topic
  if (replicationFactor > staying.length) {
    const detail = `must be at most ${staying.length}, the number of brokers that stay`
    const violations = [{ pointer: '/replicationFactor', rule: 'brokers', detail }]
    throw new DomainError('INVALID_FIELD', 'The topic does not fit the cluster.', { violations })
  }
  // The same name, the same place: a repeat must find its own topic.
  const first = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0)
  return placeReplicas(staying, partitions, replicationFactor, first)
}

/** A topic of the same shape that is there when an earlier try is gone on with is taken for that try's effect. */
async function ensureTopic(kafka: Kafka, target: KafkaTarget, topic: NewTopic, resumed: boolean): Promise<void> {
  try {
    await kafka.createTopic(target, topic)
  } catch (thrown) {
    if (!resumed || !(thrown instanceof DomainError && thrown.code === 'TOPIC_EXISTS')) throw thrown
    const found = (await kafka.topics(target)).find(({ name }) => name === topic.name)
    const isSame =
      found?.partitions.length === topic.partitions &&
      found.partitions.every(({ replicas }) => replicas.length === topic.replicationFactor)
    if (!isSame) throw thrown
  }
}
