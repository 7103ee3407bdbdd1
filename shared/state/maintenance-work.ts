import { DomainError } from '../errors/domain-error.ts'
import type { MaintenanceKind } from '../maintenance/kinds.ts'
import type { Write } from '../ports/store.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import type { MaintenanceRecord } from '../records/maintenance.ts'
import type { OperationRecord } from '../records/operation.ts'
import { acceptChange } from './accept-change.ts'
import type { StatePorts } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { maintenanceOf, startMaintenance } from './maintenance.ts'
import { loadPlanFacts } from './plan-facts.ts'
import type { Requester } from './requester.ts'

/** Begins the operation of a maintenance; `begun` belongs into the transaction that accepts it. */
type BeginWork = (ports: StatePorts, work: Work) => Promise<OperationRecord | undefined>

interface Work {
  readonly requester: Requester
  readonly clusterId: string
  readonly record: MaintenanceRecord
  /** Throws where the maintenance is no longer the one that was read. */
  readonly check: (cluster: ClusterRecord) => void
  readonly begun: (draft: Draft) => void
  readonly also: ((operation: OperationRecord) => readonly Write[]) | undefined
}

const VOLUME = '/brokers/volumeGiB'

/** The same path as a tenant's own change of the size: plan, blockers, quota and all. */
const growVolumes: BeginWork = async (ports, { requester, clusterId, record, check, begun, also }) => {
  const { tenantId } = requester
  const decidedGiB = Number(record.changes.find(({ pointer }) => pointer === VOLUME)?.to)
  const facts = await loadPlanFacts(ports, tenantId, clusterId)
  const wanted = ({ spec }: ClusterRecord) => {
    // The limit may have been lowered since.
    const volumeGiB = Math.min(decidedGiB, spec.diskAutoscaling?.limitGiB ?? decidedGiB)
    return { ...spec, brokers: { ...spec.brokers, volumeGiB } }
  }
  const change = { wanted, named: (pointer: string) => pointer === VOLUME, check, begun }
  return acceptChange(ports, requester, clusterId, facts, change, also)
}

/** How each kind of maintenance begins. */
const WORK: Readonly<Record<MaintenanceKind, BeginWork>> = { growVolumes }

/**
 * Begins a maintenance now, whatever its window: undefined where there is nothing to do any more. Refused as the operation
 * itself would be, and with MAINTENANCE_NOT_FOUND or MAINTENANCE_STARTED.
 */
export async function beginMaintenance(
  ports: StatePorts,
  requester: Requester,
  cluster: ClusterRecord,
  maintenanceId: string,
  also?: (operation: OperationRecord) => readonly Write[],
): Promise<OperationRecord | undefined> {
  const record = pendingMaintenance(cluster, maintenanceId)
  return WORK[record.kind](ports, {
    requester,
    clusterId: cluster.clusterId,
    record,
    check: (now) => {
      pendingMaintenance(now, maintenanceId)
    },
    begun: (draft) => {
      const found = maintenanceOf(draft).find((each) => each.maintenanceId === maintenanceId)
      if (found) startMaintenance(draft, found)
    },
    also,
  })
}

/** A maintenance of a cluster that has not begun. */
export function pendingMaintenance(cluster: ClusterRecord, maintenanceId: string): MaintenanceRecord {
  const found = cluster.maintenance?.find((each) => each.maintenanceId === maintenanceId)
  if (!found)
    throw new DomainError('MAINTENANCE_NOT_FOUND', `Cluster ${cluster.clusterId} has no maintenance ${maintenanceId}.`)
  if (found.operationId !== undefined)
    throw new DomainError('MAINTENANCE_STARTED', `Maintenance ${maintenanceId} has begun: ${found.operationId}.`, {
      metadata: { operationId: found.operationId },
    })
  return found
}
