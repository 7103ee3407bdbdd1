import { describe, expect, it } from 'vitest'
import { nextChangeAt } from '../../local/volume-change-rule.ts'

const HOUR = 3_600_000
const at = (...hours: readonly number[]) => hours.map((hour) => hour * HOUR)

describe('a volume', () => {
  it('may be changed at once while it was changed less often than allowed within a day', () => {
    expect(nextChangeAt([], 1, 0)).toBeUndefined()
    expect(nextChangeAt(at(0, 1, 2), 4, 3 * HOUR)).toBeUndefined()
  })

  it('may be changed again when the oldest of the changes that fill the day is a day old', () => {
    expect(nextChangeAt(at(0, 1, 2, 3), 4, 3 * HOUR)).toBe(24 * HOUR)
    expect(nextChangeAt(at(3, 0, 1, 2), 4, 23 * HOUR)).toBe(24 * HOUR)
    expect(nextChangeAt(at(0, 1, 2, 3), 4, 24 * HOUR)).toBeUndefined()
    expect(nextChangeAt(at(0, 1, 2, 3, 24), 4, 24.5 * HOUR)).toBe(25 * HOUR)
    expect(nextChangeAt(at(5), 1, 6 * HOUR)).toBe(29 * HOUR)
  })
})
