import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { beginMaintenance } from '../../shared/state/maintenance-work.ts'
import { defineEndpoint } from './endpoint.ts'
import { acceptedOperation } from './views/operation.ts'

/** Begins a maintenance on request, whatever its window. */
export const startMaintenance = defineEndpoint({
  route: ROUTES.startMaintenance,
  async handle({ params: { clusterId, maintenanceId }, principal, requestId, idempotency }, ports) {
    const { tenantId, subject } = principal
    const { record: cluster } = await loadCluster(ports.store, tenantId, clusterId)
    const accepted = (operation: OperationRecord) => ({
      status: 202 as const,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: acceptedOperation(operation, operation.nodes?.length ?? 0),
    })
    const requester = { tenantId, requestedBy: subject, requestId }
    const operation = await beginMaintenance(ports, requester, cluster, maintenanceId, (created) => [
      idempotency.keep(accepted(created)),
    ])
    if (!operation)
      throw new DomainError(
        'MAINTENANCE_NOT_FOUND',
        `There is nothing to do any more for maintenance ${maintenanceId}.`,
      )
    return accepted(operation)
  },
})
