import { ROUTES } from '../../shared/contract/routes.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { refuseBlocked } from '../../shared/state/accept-change.ts'
import { acceptLevels, planLevels } from '../../shared/state/accept-levels.ts'
import { assertMayBegin } from '../../shared/state/accept-operation.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { defineEndpoint } from './endpoint.ts'
import { acceptedOperation } from './views/operation.ts'

/** Accepts that a cluster gets the levels of its release, or shows what that comes to. */
export const finaliseUpgrade = defineEndpoint({
  route: ROUTES.finaliseUpgrade,
  async handle({ params: { clusterId }, query, principal, requestId, idempotency }, ports) {
    const { tenantId, subject: requestedBy } = principal
    const { record: cluster } = await loadCluster(ports.store, tenantId, clusterId)
    if (!query.validateOnly) assertMayBegin(cluster, 'finaliseUpgrade')
    const wanted = {
      cluster,
      nodes: await brokersOf(ports.store, tenantId, clusterId),
      facts: await loadPlanFacts(ports, tenantId, clusterId),
    }
    const { plan, seen } = await planLevels(ports, wanted)
    if (query.validateOnly || plan.operation === undefined) return { status: 200, body: plan }
    refuseBlocked(plan)
    const accepted = (operation: OperationRecord) => ({
      status: 202 as const,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: acceptedOperation(operation, 0),
    })
    const requester = { tenantId, requestedBy, requestId }
    const keep = (created: OperationRecord) => [idempotency.keep(accepted(created))]
    return accepted(await acceptLevels(ports, requester, wanted, seen, keep))
  },
})
