import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastDue, readMoment } from '../../../shared/schedule/due.ts'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const WEEK = 7 * 86_400_000
const day = fc.constantFrom(...DAYS)
const time = fc
  .record({ hour: fc.nat(23), minute: fc.nat(59) })
  .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const moment = fc
  .record({
    ranges: fc.array(
      fc.oneof(
        day,
        fc.tuple(day, day).map((pair) => pair.join('-')),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    time,
  })
  .map(({ ranges, time: at }) => `${ranges.join(',')} ${at}`)
const at = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) })

describe('what fell due last', () => {
  it.each([
    ['2026-11-20T20:00:00Z', 'stopCluster', '2026-11-20T20:00:00Z'],
    ['2026-11-22T12:00:00Z', 'stopCluster', '2026-11-20T20:00:00Z'],
    ['2026-11-23T07:00:00Z', 'startCluster', '2026-11-23T07:00:00Z'],
    ['2026-11-23T06:59:59Z', 'stopCluster', '2026-11-20T20:00:00Z'],
  ])('at %s of "Mon-Fri 20:00" and "Mon-Fri 07:00" is %s of %s', (now, type, since) => {
    const due = lastDue({ stop: 'Mon-Fri 20:00', start: 'Mon-Fri 07:00' }, Date.parse(now))
    expect(due).toEqual({ type, at: Date.parse(since) })
  })

  it('is never in the future, at most a week old, on a day and at a time that was ordered, and the newest such', () => {
    fc.assert(
      fc.property(moment, moment, at, (stop, start, now) => {
        const due = lastDue({ stop, start }, now)
        if (!due) throw new Error('a schedule always has something that fell due')
        expect(due.at).toBeLessThanOrEqual(now)
        expect(now - due.at).toBeLessThan(WEEK)
        const own = readMoment(due.type === 'stopCluster' ? stop : start)
        expect(own?.days.has(new Date(due.at).getUTCDay())).toBe(true)
        expect((due.at / 60_000) % 1440).toBe(own?.minutes)
        expect(lastDue({ stop, start }, due.at)).toEqual(due)
        const next = lastDue({ stop, start }, due.at - 1)
        expect(next?.at).toBeLessThan(due.at)
      }),
    )
  })

  it.each(['', 'Mon', '20:00', 'Mon-Fri 24:00', 'Mon-Fri 20:60', 'Mon- 20:00', 'Funday 20:00', 'mon 20:00'])(
    'cannot be read from "%s"',
    (text) => expect(readMoment(text)).toBeUndefined(),
  )
})
