import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptPowerRequest } from './accept-power.ts'
import { defineEndpoint } from './endpoint.ts'

/** Accepts the start of a cluster, or shows its plan. */
export const startCluster = defineEndpoint({
  route: ROUTES.startCluster,
  handle: ({ params: { clusterId }, query, principal, requestId, idempotency }, ports) =>
    acceptPowerRequest(
      ports,
      { tenantId: principal.tenantId, requestedBy: principal.subject, requestId },
      { type: 'startCluster', clusterId, ...query },
      idempotency,
    ),
})
