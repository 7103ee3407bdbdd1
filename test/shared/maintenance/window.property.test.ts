import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MaintenanceWindow, openWindow, WEEKDAYS, windowFrom } from '../../../shared/maintenance/window.ts'

const HOUR = 3_600_000
const WEEK = 168 * HOUR

const two = (n: number) => String(n).padStart(2, '0')
const anyWindow: fc.Arbitrary<MaintenanceWindow> = fc.record({
  day: fc.constantFrom(...WEEKDAYS),
  startTime: fc.tuple(fc.nat(23), fc.nat(59)).map(([hours, minutes]) => `${two(hours)}:${two(minutes)}`),
  durationHours: fc.integer({ min: 1, max: 24 }),
})
const anyTime = fc.integer({ min: 0, max: Date.UTC(2100, 0) })

describe('the maintenance window', () => {
  it('begins on the day and at the time that were ordered, by the calendar of UTC, and lasts as long', () =>
    fc.assert(
      fc.property(anyWindow, anyTime, (window, at) => {
        const { start, end } = windowFrom(window, at)
        const begins = new Date(start)
        expect(WEEKDAYS[begins.getUTCDay()]).toBe(window.day)
        expect(begins.toISOString().slice(11)).toBe(`${window.startTime}:00.000Z`)
        expect(end - start).toBe(window.durationHours * HOUR)
      }),
    ))

  it('is the one that is open or the next one: it ends after the time asked for and begins within a week', () =>
    fc.assert(
      fc.property(anyWindow, anyTime, (window, at) => {
        const { start, end } = windowFrom(window, at)
        expect(end).toBeGreaterThan(at)
        expect(start).toBeLessThanOrEqual(at + WEEK)
        expect(openWindow(window, at)).toEqual(start <= at ? { start, end } : undefined)
      }),
    ))

  it('no window is left out: the one after the end of another begins a week later', () =>
    fc.assert(
      fc.property(anyWindow, anyTime, (window, at) => {
        const { start, end } = windowFrom(window, at)
        expect(windowFrom(window, end).start).toBe(start + WEEK)
        expect(windowFrom(window, start)).toEqual({ start, end })
        expect(windowFrom(window, end - 1)).toEqual({ start, end })
      }),
    ))

  it('of Sunday at 03:00 for four hours is that of 22 November 2026 until 07:00', () => {
    const window = { day: 'Sun', startTime: '03:00', durationHours: 4 } as const
    const start = Date.UTC(2026, 10, 22, 3)
    expect(windowFrom(window, start - 1)).toEqual({ start, end: start + 4 * HOUR })
    expect(openWindow(window, start - 1)).toBeUndefined()
    expect(openWindow(window, start + 4 * HOUR)).toBeUndefined()
  })
})
