import { ROUTES } from '../../shared/contract/routes.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { loadUser } from './load-user.ts'
import { userView } from './views/user.ts'

/** Shows one Kafka user. */
export const getUser = defineEndpoint({
  route: ROUTES.getUser,
  async handle({ params: { clusterId, userName }, principal: { tenantId } }, { store }) {
    await loadCluster(store, tenantId, clusterId)
    const { record } = await loadUser(store, tenantId, clusterId, userName)
    return { status: 200, body: userView(clusterId, record) }
  },
})
