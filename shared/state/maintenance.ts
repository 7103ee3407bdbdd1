import type { PlannedChange } from '../contract/planned-change.ts'
import { type MaintenanceKind, maintenanceKind, type Urgency } from '../maintenance/kinds.ts'
import { beginsAt } from '../maintenance/schedule.ts'
import type { Json } from '../ports/store.ts'
import { keys } from '../records/keys.ts'
import type { MaintenanceRecord } from '../records/maintenance.ts'
import type { Draft } from './draft.ts'
import { putRecord } from './stored.ts'

const DAY = 24 * 3_600_000

/** Something that shall be done with a cluster without anybody asking for it. */
export interface WantedMaintenance {
  readonly maintenanceId: string
  readonly kind: MaintenanceKind
  readonly urgency: Urgency
  readonly reason: string
  readonly changes: readonly PlannedChange[]
  /** Milliseconds since the epoch. */
  readonly notBefore: number
}

/** What Weir is going to do with a cluster by itself, or is doing. */
export function maintenanceOf(draft: Draft): readonly MaintenanceRecord[] {
  return draft.cluster().maintenance ?? []
}

/** Puts something into the next window, or orders it at once where it is urgent. */
export function scheduleMaintenance(draft: Draft, wanted: WantedMaintenance): void {
  const { kind, urgency, notBefore, ...rest } = wanted
  const begins = urgency === 'Emergency' ? notBefore : beginsAt(draft.cluster().spec.maintenanceWindow, notBefore)
  const record: MaintenanceRecord = {
    ...rest,
    kind,
    urgency,
    notBefore: new Date(notBefore).toISOString(),
    scheduledFor: new Date(begins).toISOString(),
    latest: new Date(notBefore + maintenanceKind(kind).latestDays * DAY).toISOString(),
    postponedTimes: 0,
    missedWindows: 0,
    createdAt: draft.now,
  }
  setMaintenance(draft, [...maintenanceOf(draft), record])
  announceSchedule(draft, record)
}

/** Puts another record in the place of the one with the same id. */
export function replaceMaintenance(draft: Draft, record: MaintenanceRecord): void {
  setMaintenance(
    draft,
    maintenanceOf(draft).map((each) => (each.maintenanceId === record.maintenanceId ? record : each)),
  )
}

/** Says when something is going to be done: when it is scheduled, and whenever that time changes. */
export function announceSchedule(draft: Draft, record: MaintenanceRecord): void {
  const { urgency, reason, scheduledFor, latest, postponedTimes, missedWindows } = record
  draft.emit('kafka.maintenance.scheduled.v1', record.maintenanceId, {
    ...identity(record),
    urgency,
    reason,
    changes: record.changes.map(changeJson),
    scheduledFor,
    latest,
    postponedTimes,
    missedWindows,
  })
}

/** The operation of this change carries a maintenance out. */
export function startMaintenance(draft: Draft, record: MaintenanceRecord): void {
  const { operationId } = draft.operation()
  const { held: _, ...rest } = record
  replaceMaintenance(draft, { ...rest, operationId, startedAt: draft.now })
  draft.emit('kafka.maintenance.started.v1', record.maintenanceId, { ...identity(record), urgency: record.urgency })
}

/** A maintenance is over: it goes into the history. */
export function finishMaintenance(
  draft: Draft,
  record: MaintenanceRecord,
  outcome: NonNullable<MaintenanceRecord['outcome']>,
): void {
  const { tenantId, clusterId } = draft.cluster()
  setMaintenance(
    draft,
    maintenanceOf(draft).filter(({ maintenanceId }) => maintenanceId !== record.maintenanceId),
  )
  const finished = { ...record, outcome, finishedAt: draft.now }
  draft.also(putRecord(keys.maintenance(tenantId, clusterId, record.maintenanceId), finished, undefined))
  draft.emit('kafka.maintenance.completed.v1', record.maintenanceId, { ...identity(record), outcome })
}

function setMaintenance(draft: Draft, records: readonly MaintenanceRecord[]): void {
  const { maintenance: _, ...cluster } = draft.cluster()
  draft.replaceCluster(records.length > 0 ? { ...cluster, maintenance: records } : cluster)
}

const identity = ({ maintenanceId, kind }: MaintenanceRecord) => ({ maintenanceId, kind })

/** The values of an order are plain JSON. */
function changeJson({ pointer, from, to }: PlannedChange): Json {
  const value = (of: unknown) => (typeof of === 'number' || typeof of === 'string' ? of : (JSON.stringify(of) ?? null))
  return { pointer, from: value(from), to: value(to) }
}
