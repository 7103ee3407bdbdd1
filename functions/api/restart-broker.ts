import { ROUTES } from '../../shared/contract/routes.ts'
import { loadBroker, loadCluster } from '../../shared/state/load.ts'
import { acceptRestart } from './accept-restart.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts the restart of one node. */
export const restartBroker = defineEndpoint({
  route: ROUTES.restartBroker,
  async handle({ params: { clusterId, nodeId }, principal, requestId, idempotency }, ports) {
    const { tenantId, subject } = principal
    await loadCluster(ports.store, tenantId, clusterId)
    await loadBroker(ports.store, tenantId, clusterId, nodeId)
    return acceptRestart(ports, { tenantId, requestedBy: subject, requestId }, clusterId, [nodeId], idempotency)
  },
})
