import { errorRow } from '../../shared/errors/catalogue.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { isServing } from '../../shared/lifecycle/serving.ts'
import { maintenanceKind } from '../../shared/maintenance/kinds.ts'
import { isDue, rescheduled } from '../../shared/maintenance/schedule.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import type { MaintenanceRecord } from '../../shared/records/maintenance.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import {
  announceSchedule,
  finishMaintenance,
  maintenanceOf,
  replaceMaintenance,
} from '../../shared/state/maintenance.ts'
import { beginMaintenance } from '../../shared/state/maintenance-work.ts'
import type { Duty, MaintainPorts } from './maintain.ts'

/** What another operation or the state of the cluster keeps from beginning waits for the next run, and says nothing of it. */
const WAITS: ReadonlySet<string> = new Set(['OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED', 'PRECONDITION_FAILED'])

/** Somebody else has begun it, or it is over. */
const IS_DONE: ReadonlySet<string> = new Set(['MAINTENANCE_NOT_FOUND', 'MAINTENANCE_STARTED'])

/** What it was for is so already, or is no longer allowed. */
const NOT_NEEDED: ReadonlySet<string> = new Set(['VOLUME_NOT_LARGER'])

/**
 * Begins what is due: in the window of the cluster, or at once where it is an emergency. What its window has passed without is
 * put into the next one. What cannot begin says why, until it can.
 */
export const keepMaintenance: Duty = {
  name: 'keepMaintenance',
  look: async (ports, cluster, now) => {
    if (cluster.status === 'Deleting') return undefined
    const pending = (cluster.maintenance ?? []).filter(({ operationId }) => operationId === undefined)
    for (const record of pending) {
      const moved = rescheduled(record, cluster.spec.maintenanceWindow, now)
      if (moved !== record) await reschedule(ports, cluster, moved.maintenanceId, now)
      if (cluster.activeOperationId === undefined && isDue(moved, cluster.spec.maintenanceWindow, now))
        await begin(ports, cluster, moved)
    }
    const isHeld = cluster.diskLimit !== undefined || pending.some(({ held }) => held !== undefined)
    // Of a cluster that is stopped nobody expects that it keeps its windows.
    const missed = pending.filter(({ missedWindows }) => missedWindows > 0 && isServing(cluster))
    return { DiskGrowthsHeld: Number(isHeld), MaintenanceMissed: missed.length }
  },
}

async function reschedule(ports: MaintainPorts, cluster: ClusterRecord, id: string, now: number): Promise<void> {
  await change(ports, cluster, id, (draft, record) => {
    const moved = rescheduled(record, draft.cluster().spec.maintenanceWindow, now)
    if (moved === record) return
    replaceMaintenance(draft, moved)
    announceSchedule(draft, moved)
  })
}

async function begin(ports: MaintainPorts, cluster: ClusterRecord, record: MaintenanceRecord): Promise<void> {
  const { tenantId, clusterId } = cluster
  const { maintenanceId, kind } = record
  const requester = { tenantId, requestedBy: maintenanceKind(kind).requestedBy, requestId: ports.ids.next('request') }
  const ids = { tenantId, clusterId, maintenanceId, kind }
  try {
    const operation = await beginMaintenance(ports, requester, cluster, maintenanceId)
    if (operation) ports.log.info('maintenance was begun', { ...ids, operationId: operation.operationId })
    else await notNeeded(ports, cluster, maintenanceId)
  } catch (thrown) {
    // Trouble of ours: the next run tries again.
    if (!(thrown instanceof DomainError) || errorRow(thrown.code).status >= 500) throw thrown
    const { code } = thrown
    if (WAITS.has(code) || IS_DONE.has(code)) return
    if (NOT_NEEDED.has(code)) return notNeeded(ports, cluster, maintenanceId)
    if (record.held?.code !== code) ports.log.warn('maintenance is held', { ...ids, code, reason: thrown.message })
    await hold(ports, cluster, maintenanceId, thrown)
  }
}

const notNeeded = (ports: MaintainPorts, cluster: ClusterRecord, maintenanceId: string): Promise<void> =>
  change(ports, cluster, maintenanceId, (draft, record) => finishMaintenance(draft, record, 'NotNeeded'))

/** Says once for each cause why something does not begin. */
function hold(ports: MaintainPorts, cluster: ClusterRecord, id: string, { code, message }: DomainError): Promise<void> {
  return change(ports, cluster, id, (draft, record) => {
    if (record.held?.code === code && record.held.detail === message) return
    const since = record.held?.code === code ? record.held.since : draft.now
    replaceMaintenance(draft, { ...record, held: { code, detail: message, since } })
    if (record.held?.code === code) return
    draft.emit('kafka.maintenance.held.v1', id, { maintenanceId: id, kind: record.kind, code, reason: message })
  })
}

/** Changes a maintenance that has not begun. */
async function change(
  ports: MaintainPorts,
  { tenantId, clusterId }: ClusterRecord,
  id: string,
  decide: (draft: Draft, record: MaintenanceRecord) => void,
): Promise<void> {
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    const record = maintenanceOf(draft).find(({ maintenanceId }) => maintenanceId === id)
    if (record && record.operationId === undefined) decide(draft, record)
  })
}
