import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptControl } from './accept-control.ts'
import { defineEndpoint } from './endpoint.ts'

/** Asks an operation to end between two brokers. */
export const cancelOperation = defineEndpoint({
  route: ROUTES.cancelOperation,
  handle: ({ params: { operationId }, principal, idempotency }, ports) =>
    acceptControl(ports, principal.tenantId, operationId, 'cancel', idempotency),
})
