import { ROUTES } from '../../shared/contract/routes.ts'
import { postponeMaintenance as postpone } from '../../shared/state/postpone-maintenance.ts'
import { defineEndpoint } from './endpoint.ts'
import { maintenanceView } from './views/maintenance.ts'

/** Puts a maintenance off. */
export const postponeMaintenance = defineEndpoint({
  route: ROUTES.postponeMaintenance,
  async handle({ params: { clusterId, maintenanceId }, body, principal: { tenantId }, idempotency }, ports) {
    const until = body.until === undefined ? undefined : Date.parse(body.until)
    const target = { tenantId, clusterId, maintenanceId }
    const record = await postpone(ports, target, until, (later) => [
      idempotency.keep({ status: 200, body: maintenanceView(clusterId, later) }),
    ])
    return { status: 200, body: maintenanceView(clusterId, record) }
  },
})
