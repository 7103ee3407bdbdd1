import { ROUTES } from '../../shared/contract/routes.ts'
import { loadBroker, loadCluster } from '../../shared/state/load.ts'
import { acceptRestart } from './accept-restart.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts the restart of one node, or shows its plan. */
export const restartBroker = defineEndpoint({
  route: ROUTES.restartBroker,
  async handle({ params: { clusterId, nodeId }, query, body, principal, requestId, idempotency }, ports) {
    const { tenantId, subject } = principal
    await loadCluster(ports.store, tenantId, clusterId)
    await loadBroker(ports.store, tenantId, clusterId, nodeId)
    const requester = { tenantId, requestedBy: subject, requestId }
    return acceptRestart(ports, requester, { clusterId, nodes: [nodeId], ...query, ...body }, idempotency)
  },
})
