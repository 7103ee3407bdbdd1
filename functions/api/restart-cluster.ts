import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptRestart } from './accept-restart.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts the restart of all nodes of a cluster, one after the other, or shows its plan. */
export const restartCluster = defineEndpoint({
  route: ROUTES.restartCluster,
  handle: ({ params: { clusterId }, query, body, principal, requestId, idempotency }, ports) =>
    acceptRestart(
      ports,
      { tenantId: principal.tenantId, requestedBy: principal.subject, requestId },
      { clusterId, nodes: 'all', ...query, ...body },
      idempotency,
    ),
})
