import { ROUTES } from '../../shared/contract/routes.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { clusterView } from './views/cluster.ts'

/** Shows one cluster. */
export const getCluster = defineEndpoint({
  route: ROUTES.getCluster,
  async handle({ params, principal }, ports) {
    const { record } = await loadCluster(ports.store, principal.tenantId, params.clusterId)
    return { status: 200, body: await clusterView(ports, record) }
  },
})
