import { decideGrowth, type GrowthDecision } from '../disks/decide-growth.ts'
import { growthReason } from '../disks/growth-words.ts'
import type { DiskUsage } from '../disks/usage.ts'
import { brokersToExtend } from '../planner/extend-phase.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { MaintenanceRecord } from '../records/maintenance.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { announceSchedule, finishMaintenance, replaceMaintenance, scheduleMaintenance } from './maintenance.ts'

/** What is decided about the volumes of a cluster as it stands; where they do not grow by themselves, nothing is needed. */
function decision(
  { spec }: ClusterRecord,
  brokers: readonly BrokerRecord[],
  usages: readonly DiskUsage[],
  now: number,
): GrowthDecision {
  if (!spec.diskAutoscaling) return { kind: 'Calm' }
  const orderedGiB = spec.brokers.volumeGiB
  const lags = brokersToExtend(brokers, orderedGiB, { now }).length > 0
  return decideGrowth({ autoscaling: spec.diskAutoscaling, orderedGiB, lags, usages })
}

const pendingGrowth = ({ maintenance = [] }: ClusterRecord): MaintenanceRecord | undefined =>
  maintenance.find(({ kind, operationId }) => kind === 'growVolumes' && operationId === undefined)

const orderedSize = (record: MaintenanceRecord): unknown => record.changes[0]?.to

/** Tells whether a decision differs from what is written already. */
function isNews(cluster: ClusterRecord, decided: GrowthDecision): boolean {
  const pending = pendingGrowth(cluster)
  const isLimited = cluster.diskLimit !== undefined
  if (decided.kind === 'Unchanged') return false
  if (decided.kind === 'Calm') return pending !== undefined || isLimited
  if (decided.kind === 'AtLimit') return pending !== undefined || !isLimited
  const isUrgent = decided.urgency === 'Emergency' && pending?.urgency !== 'Emergency'
  return isLimited || isUrgent || !pending || orderedSize(pending) !== decided.toGiB
}

/**
 * Decides about the volumes of a cluster that rests, and writes what that changes: a growth is scheduled, made urgent, resized,
 * or not needed any more; or the volumes are at their limit. A growth does not begin before `restsUntil`, which is after the
 * pause that follows one that failed.
 */
export async function noteGrowth(
  ports: StatePorts,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  usages: readonly DiskUsage[],
  restsUntil: () => Promise<number>,
): Promise<void> {
  const { tenantId, clusterId } = cluster
  const now = ports.clock.now()
  if (!isNews(cluster, decision(cluster, brokers, usages, now))) return
  const earliest = Math.max(now, await restsUntil())
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    const decided = decision(draft.cluster(), draft.brokers(), usages, now)
    if (draft.cluster().activeOperationId !== undefined || !isNews(draft.cluster(), decided)) return
    const pending = pendingGrowth(draft.cluster())
    if (decided.kind === 'Unchanged') return
    if (decided.kind !== 'AtLimit') forgetLimit(draft)
    if (decided.kind === 'Grow') {
      const notBefore = Math.max(earliest, changeableAt(draft.brokers()))
      grow(draft, pending, decided, { maintenanceId: () => ports.ids.next('maintenance'), notBefore })
      return
    }
    if (pending) finishMaintenance(draft, pending, 'NotNeeded')
    if (decided.kind === 'AtLimit' && draft.cluster().diskLimit === undefined) noteLimit(draft, decided)
  })
}

function grow(
  draft: Draft,
  pending: MaintenanceRecord | undefined,
  decided: Extract<GrowthDecision, { kind: 'Grow' }>,
  { maintenanceId, notBefore }: { readonly maintenanceId: () => string; readonly notBefore: number },
): void {
  const { urgency, toGiB } = decided
  const changes = [{ pointer: '/brokers/volumeGiB', from: draft.cluster().spec.brokers.volumeGiB, to: toGiB }]
  const reason = growthReason(decided)
  if (!pending) {
    scheduleMaintenance(draft, {
      maintenanceId: maintenanceId(),
      kind: 'growVolumes',
      urgency,
      reason,
      changes,
      notBefore,
    })
    return
  }
  if (urgency === 'Planned' || pending.urgency === 'Emergency') {
    replaceMaintenance(draft, { ...pending, changes })
    return
  }
  const at = new Date(notBefore).toISOString()
  const { held: _, ...rest } = pending
  const urgent = { ...rest, changes, reason, urgency, notBefore: at, scheduledFor: at }
  replaceMaintenance(draft, urgent)
  announceSchedule(draft, urgent)
}

/** When the fleet lets all volumes be changed again. */
function changeableAt(brokers: readonly BrokerRecord[]): number {
  return Math.max(
    0,
    ...brokers.flatMap(({ volumeChangeableAt }) => (volumeChangeableAt ? [Date.parse(volumeChangeableAt)] : [])),
  )
}

function noteLimit(draft: Draft, decided: Extract<GrowthDecision, { kind: 'AtLimit' }>): void {
  const { clusterId, spec } = draft.cluster()
  const limitGiB = spec.diskAutoscaling?.limitGiB ?? spec.brokers.volumeGiB
  const detail = `${growthReason(decided)} The volumes have the ${limitGiB} GiB that are the limit of their growth.`
  draft.setCluster({ diskLimit: { code: 'DISK_LIMIT_REACHED', detail, since: draft.now } })
  draft.emit('kafka.storage.limit_reached.v1', clusterId, {
    nodeId: decided.nodeId,
    usedPercent: Math.floor(decided.usedPercent),
    limitGiB,
  })
}

function forgetLimit(draft: Draft): void {
  const { diskLimit, ...cluster } = draft.cluster()
  if (diskLimit !== undefined) draft.replaceCluster(cluster)
}
