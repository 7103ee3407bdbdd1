import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { defineEndpoint } from './endpoint.ts'
import { servingCluster } from './serving-cluster.ts'
import { isTenantTopic, topicView } from './views/topic.ts'

/** Shows one topic as Kafka reports it now. */
export const getTopic = defineEndpoint({
  route: ROUTES.getTopic,
  async handle({ params: { clusterId, topicName }, principal: { tenantId } }, { store, kafka }) {
    const { target } = await servingCluster(store, tenantId, clusterId)
    const topic = (await kafka.topics(target)).find((found) => found.name === topicName && isTenantTopic(found))
    if (!topic) throw new DomainError('TOPIC_NOT_FOUND', `Cluster ${clusterId} has no topic ${topicName}.`)
    return { status: 200, body: topicView(clusterId, topic) }
  },
})
