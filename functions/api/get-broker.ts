import { ROUTES } from '../../shared/contract/routes.ts'
import { loadBroker, loadCluster, loadHost } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { brokerView } from './views/broker.ts'

/** Shows one broker or controller. */
export const getBroker = defineEndpoint({
  route: ROUTES.getBroker,
  async handle({ params: { clusterId, nodeId }, principal: { tenantId } }, { store }) {
    const { record: cluster } = await loadCluster(store, tenantId, clusterId)
    const { record: broker } = await loadBroker(store, tenantId, clusterId, nodeId)
    const host = await loadHost(store, tenantId, clusterId, nodeId)
    return { status: 200, body: brokerView(cluster, broker, host?.record) }
  },
})
