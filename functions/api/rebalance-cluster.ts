import { ROUTES } from '../../shared/contract/routes.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { acceptRebalance } from '../../shared/state/accept-rebalance.ts'
import { defineEndpoint } from './endpoint.ts'
import { acceptedOperation } from './views/operation.ts'
import { proposalView } from './views/rebalance.ts'

/** Approves a proposal of a rebalance, or what is proposed now, and accepts the operation that carries it out. */
export const rebalanceCluster = defineEndpoint({
  route: ROUTES.rebalanceCluster,
  async handle({ params: { clusterId }, body, principal, requestId, idempotency }, ports) {
    const requester = { tenantId: principal.tenantId, requestedBy: principal.subject, requestId }
    const accepted = (operation: OperationRecord) => ({
      status: 202 as const,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: acceptedOperation(operation, 0),
    })
    const outcome = await acceptRebalance(ports, requester, clusterId, body, (created) => [
      idempotency.keep(accepted(created)),
    ])
    if ('nothingToDo' in outcome) return { status: 200, body: proposalView(outcome.nothingToDo) }
    return accepted(outcome.operation)
  },
})
