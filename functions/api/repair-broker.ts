import { ROUTES } from '../../shared/contract/routes.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { acceptRepair } from '../../shared/state/accept-repair.ts'
import { defineEndpoint } from './endpoint.ts'
import { acceptedOperation } from './views/operation.ts'

/** Accepts the repair of a broker that does not serve. */
export const repairBroker = defineEndpoint({
  route: ROUTES.repairBroker,
  async handle({ params: { clusterId, nodeId }, body, principal, requestId, idempotency }, ports) {
    const requester = { tenantId: principal.tenantId, requestedBy: principal.subject, requestId }
    const accepted = (operation: OperationRecord) => ({
      status: 202 as const,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: acceptedOperation(operation, operation.nodes?.length ?? 0),
    })
    return accepted(
      await acceptRepair(ports, requester, clusterId, nodeId, {
        said: body,
        also: (created) => [idempotency.keep(accepted(created))],
      }),
    )
  },
})
