import { postponed } from '../maintenance/schedule.ts'
import type { Write } from '../ports/store.ts'
import type { MaintenanceRecord } from '../records/maintenance.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import { announceSchedule, replaceMaintenance } from './maintenance.ts'
import { pendingMaintenance } from './maintenance-work.ts'

/** Which maintenance. */
interface MaintenanceTarget {
  readonly tenantId: string
  readonly clusterId: string
  readonly maintenanceId: string
}

/** Puts a maintenance off to the first window from `until` on (milliseconds since the epoch), or to the next one. */
export async function postponeMaintenance(
  ports: StatePorts,
  { maintenanceId, ...cluster }: MaintenanceTarget,
  until: number | undefined,
  also: (record: MaintenanceRecord) => readonly Write[] = () => [],
): Promise<MaintenanceRecord> {
  return changeCluster(ports, cluster, (draft) => {
    const record = pendingMaintenance(draft.cluster(), maintenanceId)
    const later = postponed(record, draft.cluster().spec.maintenanceWindow, until)
    replaceMaintenance(draft, later)
    announceSchedule(draft, later)
    draft.alsoOfCaller(...also(later))
    return later
  })
}
