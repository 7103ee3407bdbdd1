import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptPowerRequest } from './accept-power.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts the stop of a cluster, or shows its plan. */
export const stopCluster = defineEndpoint({
  route: ROUTES.stopCluster,
  handle: ({ params: { clusterId }, query, principal, requestId, idempotency }, ports) =>
    acceptPowerRequest(
      ports,
      { tenantId: principal.tenantId, requestedBy: principal.subject, requestId },
      { type: 'stopCluster', clusterId, ...query },
      idempotency,
    ),
})
