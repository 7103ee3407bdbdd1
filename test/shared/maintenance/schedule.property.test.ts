import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { MAINTENANCE_KINDS } from '../../../shared/maintenance/kinds.ts'
import { beginsAt, isDue, postponed, rescheduled } from '../../../shared/maintenance/schedule.ts'
import { type MaintenanceWindow, openWindow, WEEKDAYS, windowFrom } from '../../../shared/maintenance/window.ts'
import type { MaintenanceRecord } from '../../../shared/records/maintenance.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CREATED = Date.UTC(2026, 10, 21, 10)

const anyWindow: fc.Arbitrary<MaintenanceWindow> = fc.record({
  day: fc.constantFrom(...WEEKDAYS),
  startTime: fc.integer({ min: 10, max: 23 }).map((hours) => `${hours}:30`),
  durationHours: fc.integer({ min: 1, max: 24 }),
})
const anyDelay = fc.integer({ min: 0, max: 60 * DAY })

function scheduled(window: MaintenanceWindow, patch: Partial<MaintenanceRecord> = {}): MaintenanceRecord {
  return {
    maintenanceId: 'mnt_1',
    kind: 'growVolumes',
    urgency: 'Planned',
    reason: 'A volume is full.',
    changes: [],
    notBefore: new Date(CREATED).toISOString(),
    scheduledFor: new Date(beginsAt(window, CREATED)).toISOString(),
    latest: new Date(CREATED + MAINTENANCE_KINDS.growVolumes.latestDays * DAY).toISOString(),
    postponedTimes: 0,
    missedWindows: 0,
    createdAt: new Date(CREATED).toISOString(),
    ...patch,
  }
}

const at = (time: string) => Date.parse(time)

describe('a planned maintenance', () => {
  it('is due only in a window, and not before the time that it is for', () =>
    fc.assert(
      fc.property(anyWindow, anyDelay, (window, delay) => {
        const now = CREATED + delay
        const record = rescheduled(scheduled(window), window, now)
        if (isDue(record, window, now)) {
          expect(openWindow(window, now)).toBeDefined()
          expect(now).toBeGreaterThanOrEqual(at(record.scheduledFor))
        } else expect(at(record.scheduledFor)).toBeGreaterThan(now)
      }),
    ))

  it('is moved only when its window has passed or was changed, and then stays where it is', () =>
    fc.assert(
      fc.property(anyWindow, anyWindow, anyDelay, (ordered, window, delay) => {
        const now = CREATED + delay
        const before = scheduled(ordered)
        const after = rescheduled(before, window, now)
        expect(rescheduled(after, window, now)).toBe(after)
        expect(after.missedWindows).toBe(windowFrom(window, CREATED).end <= now ? 1 : 0)
        expect(windowFrom(window, at(after.scheduledFor)).end).toBeGreaterThan(now)
      }),
    ))

  it('is put off to a later window each time, and neither too often nor beyond the latest time', () =>
    fc.assert(
      fc.property(anyWindow, fc.array(fc.option(anyDelay, { nil: undefined }), { maxLength: 8 }), (window, delays) => {
        let record = scheduled(window)
        for (const delay of delays) {
          const before = record
          try {
            record = postponed(record, window, delay === undefined ? undefined : CREATED + delay)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(DomainError)
            continue
          }
          expect(at(record.scheduledFor)).toBeGreaterThan(at(before.scheduledFor))
          expect(at(record.scheduledFor)).toBeLessThanOrEqual(at(record.latest))
          expect(openWindow(window, at(record.scheduledFor))).toBeDefined()
        }
        expect(record.postponedTimes).toBeLessThanOrEqual(MAINTENANCE_KINDS.growVolumes.mostPostponements)
      }),
    ))
})

describe('an emergency', () => {
  it('is due from its time on, in any window or none, and is neither moved nor put off', () =>
    fc.assert(
      fc.property(anyWindow, anyDelay, (window, delay) => {
        const record = scheduled(window, { urgency: 'Emergency' })
        expect(isDue(record, window, CREATED + delay)).toBe(true)
        expect(isDue(record, window, CREATED - 1)).toBe(false)
        expect(rescheduled(record, window, CREATED + delay)).toBe(record)
        expect(() => postponed(record, window, undefined)).toThrow(DomainError)
      }),
    ))

  it('that has begun is not begun again', () =>
    fc.assert(
      fc.property(anyWindow, anyDelay, (window, delay) => {
        const record = scheduled(window, { urgency: 'Emergency', operationId: 'op_1' })
        expect(isDue(record, window, CREATED + delay)).toBe(false)
      }),
    ))
})
