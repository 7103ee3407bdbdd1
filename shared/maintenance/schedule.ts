import { DomainError } from '../errors/domain-error.ts'
import type { MaintenanceRecord } from '../records/maintenance.ts'
import { maintenanceKind } from './kinds.ts'
import { type MaintenanceWindow, openWindow, windowFrom } from './window.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** When something may begin that must not begin earlier than a time: in the window that is open then, or in the next one. */
export function beginsAt(window: MaintenanceWindow, notBefore: number): number {
  return Math.max(windowFrom(window, notBefore).start, notBefore)
}

/**
 * The same maintenance with the time that it is for now: the window may have been changed, or have passed without it because
 * the cluster was busy or stopped. What has begun, and an emergency, stay as they are.
 */
export function rescheduled(record: MaintenanceRecord, window: MaintenanceWindow, now: number): MaintenanceRecord {
  if (record.operationId !== undefined || record.urgency === 'Emergency') return record
  const hasPassed = windowFrom(window, Date.parse(record.notBefore)).end <= now
  const notBefore = hasPassed ? now : Date.parse(record.notBefore)
  const scheduledFor = time(beginsAt(window, notBefore))
  if (!hasPassed) return scheduledFor === record.scheduledFor ? record : { ...record, scheduledFor }
  return { ...record, notBefore: time(notBefore), scheduledFor, missedWindows: record.missedWindows + 1 }
}

/** Tells whether a maintenance may begin now, as far as the clock is concerned. After the end of the window nothing begins. */
export function isDue(record: MaintenanceRecord, window: MaintenanceWindow, now: number): boolean {
  if (record.operationId !== undefined || now < Date.parse(record.notBefore)) return false
  return record.urgency === 'Emergency' || openWindow(window, now) !== undefined
}

/**
 * The same maintenance put off to the first window after `until`, or to the one after that which it is for. Refused for an
 * emergency, too often, beyond the latest time, or to a time that is no later: MAINTENANCE_NOT_POSTPONABLE.
 */
export function postponed(
  record: MaintenanceRecord,
  window: MaintenanceWindow,
  until: number | undefined,
): MaintenanceRecord {
  const { maintenanceId, kind, urgency, postponedTimes, latest } = record
  const refuse = (why: string) =>
    new DomainError('MAINTENANCE_NOT_POSTPONABLE', `Maintenance ${maintenanceId} ${why}`, {
      metadata: { maintenanceId, postponedTimes, latest },
    })
  const { mostPostponements } = maintenanceKind(kind)
  if (urgency === 'Emergency') throw refuse('is an emergency, which waits for nothing.')
  if (postponedTimes >= mostPostponements) throw refuse(`has been put off ${postponedTimes} times already.`)
  const now = Date.parse(record.scheduledFor)
  const notBefore = until ?? windowFrom(window, now).end
  const begins = beginsAt(window, notBefore)
  if (begins <= now) throw refuse(`is for ${record.scheduledFor}; give a later time.`)
  if (begins > Date.parse(latest))
    throw refuse(`cannot be put off beyond ${latest}; the window would be ${time(begins)}.`)
  const { held: _, ...rest } = record
  return { ...rest, notBefore: time(notBefore), scheduledFor: time(begins), postponedTimes: postponedTimes + 1 }
}
