import type { Maintenance } from '../../../shared/contract/maintenance.ts'
import { maintenanceKind } from '../../../shared/maintenance/kinds.ts'
import type { MaintenanceRecord } from '../../../shared/records/maintenance.ts'

/** A maintenance as its tenant sees it. */
export function maintenanceView(clusterId: string, record: MaintenanceRecord): Maintenance {
  const { maintenanceId, operationId, outcome, held, startedAt, finishedAt, notBefore: _, ...rest } = record
  const state = outcome ?? (operationId === undefined ? 'Scheduled' : 'Started')
  const { mostPostponements } = maintenanceKind(record.kind)
  const isPostponable = record.urgency === 'Planned' && record.postponedTimes < mostPostponements
  const self = `/v1/clusters/${clusterId}/maintenance/${maintenanceId}`
  return {
    ...rest,
    id: maintenanceId,
    clusterId,
    state,
    changes: [...record.changes],
    mostPostponements,
    ...(held && { held }),
    allowedActions: state === 'Scheduled' ? [...(isPostponable ? (['postpone'] as const) : []), 'startNow'] : [],
    ...(operationId === undefined ? {} : { operationId }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    links: {
      cluster: `/v1/clusters/${clusterId}`,
      ...(operationId === undefined ? {} : { operation: `/v1/operations/${operationId}` }),
      ...(state === 'Scheduled' && {
        ...(isPostponable && { postpone: `${self}/actions/postpone` }),
        startNow: `${self}/actions/start-now`,
      }),
    },
  }
}
