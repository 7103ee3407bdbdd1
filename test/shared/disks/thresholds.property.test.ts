import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossedThreshold, DISK_THRESHOLDS_PERCENT, HYSTERESIS_PERCENT } from '../../../shared/disks/thresholds.ts'

/** The thresholds that are announced while the use of a volume takes these values one after the other. */
function announced(uses: readonly number[]): readonly number[] {
  let before: number | undefined
  return uses.flatMap((use) => {
    const now = crossedThreshold(before, use)
    const isNews = now !== undefined && now > (before ?? 0)
    before = now
    return isNews ? [now] : []
  })
}

const anyUse = fc.double({ min: 0, max: 100, noNaN: true })

describe('a threshold of disk use', () => {
  it('is announced once while the use swings around it by less than the hysteresis', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...DISK_THRESHOLDS_PERCENT),
        fc.array(fc.double({ min: -HYSTERESIS_PERCENT + 0.01, max: 4, noNaN: true }), { maxLength: 20 }),
        (threshold, swings) => {
          expect(announced([threshold, ...swings.map((swing) => threshold + swing)])).toEqual([threshold])
        },
      ),
    ))

  it('is announced again only after the use has fallen well below it', () => {
    expect(announced([70, 65.1, 70])).toEqual([70])
    expect(announced([70, 64.9, 70])).toEqual([70, 70])
    expect(announced([60, 96, 90, 95, 84, 86, 60, 99])).toEqual([95, 95])
  })

  it('never counts as crossed far above the use, nor is missed below it', () =>
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...DISK_THRESHOLDS_PERCENT), { nil: undefined }), anyUse, (before, use) => {
        const now = crossedThreshold(before, use) ?? 0
        expect(use).toBeGreaterThanOrEqual(now - HYSTERESIS_PERCENT)
        for (const threshold of DISK_THRESHOLDS_PERCENT)
          if (use >= threshold) expect(now).toBeGreaterThanOrEqual(threshold)
      }),
    ))
})
