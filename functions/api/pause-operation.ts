import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptControl } from './accept-control.ts'
import { defineEndpoint } from './endpoint.ts'

/** Asks a running operation to rest between two brokers. */
export const pauseOperation = defineEndpoint({
  route: ROUTES.pauseOperation,
  handle: ({ params: { operationId }, principal, idempotency }, ports) =>
    acceptControl(ports, principal.tenantId, operationId, 'pause', idempotency),
})
