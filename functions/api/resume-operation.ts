import { ROUTES } from '../../shared/contract/routes.ts'
import { acceptControl } from './accept-control.ts'
import { defineEndpoint } from './endpoint.ts'

/** Takes up an operation that rests or has failed. */
export const resumeOperation = defineEndpoint({
  route: ROUTES.resumeOperation,
  handle: ({ params: { operationId }, principal, idempotency }, ports) =>
    acceptControl(ports, principal.tenantId, operationId, 'resume', idempotency),
})
