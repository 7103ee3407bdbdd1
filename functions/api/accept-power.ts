import type { Needed } from '../../shared/ports/ports.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { assertMayBegin } from '../../shared/state/accept-operation.ts'
import { acceptPower, POWER_PLANS, type PowerOperation } from '../../shared/state/accept-power.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import type { Requester } from '../../shared/state/requester.ts'
import type { Idempotency } from './idempotency.ts'
import { acceptedOperation } from './views/operation.ts'

/** A stop or a start, as its caller asks for it. */
interface RequestedPower {
  readonly type: PowerOperation
  readonly clusterId: string
  readonly validateOnly: boolean
}

/** Accepts the stop or the start of a cluster; or shows its plan only, reasons against it included, and writes nothing. */
export async function acceptPowerRequest(
  ports: Needed<'store' | 'clock' | 'ids'>,
  requester: Requester,
  { type, clusterId, validateOnly }: RequestedPower,
  idempotency: Idempotency,
) {
  const { tenantId } = requester
  const { record: seen } = await loadCluster(ports.store, tenantId, clusterId)
  if (!validateOnly) assertMayBegin(seen, type)
  const facts = await loadPlanFacts(ports, tenantId, clusterId)
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  if (validateOnly) return { status: 200 as const, body: POWER_PLANS[type](seen, brokers, facts) }
  const accepted = (operation: OperationRecord) => ({
    status: 202 as const,
    headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
    body: acceptedOperation(operation, brokers.length),
  })
  const operation = await acceptPower(ports, requester, clusterId, { type, facts }, (created) => [
    idempotency.keep(accepted(created)),
  ])
  return accepted(operation)
}
