import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptPowerRequest } from './accept-power.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts that a deleted cluster comes back that is kept, or shows its plan. */
export const restoreCluster = defineEndpoint({
  route: ROUTES.restoreCluster,
  handle: ({ params: { clusterId }, query, principal, requestId, idempotency }, ports) =>
    acceptPowerRequest(
      ports,
      { tenantId: principal.tenantId, requestedBy: principal.subject, requestId },
      { type: 'restoreCluster', clusterId, ...query },
      idempotency,
    ),
})
