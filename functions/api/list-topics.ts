import { ROUTES } from '../../shared/contract/routes.ts'
import { defineEndpoint } from './endpoint.ts'
import { slicePage } from './page.ts'
import { servingCluster } from './serving-cluster.ts'
import { isTenantTopic, topicView } from './views/topic.ts'

/** Lists the topics of a cluster as Kafka reports them now. */
export const listTopics = defineEndpoint({
  route: ROUTES.listTopics,
  async handle({ params: { clusterId }, principal: { tenantId }, page }, { store, kafka }) {
    const { target } = await servingCluster(store, tenantId, clusterId)
    const topics = (await kafka.topics(target)).filter(isTenantTopic)
    const { items, ...rest } = slicePage(topics, page, ({ name }) => name)
    return { status: 200, body: { items: items.map((topic) => topicView(clusterId, topic)), ...rest } }
  },
})
