import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drift, driftKey } from '../../../shared/drift/drift.ts'
import { type DriftLook, type KnownDrift, MOST_TOLD, noticeDrift } from '../../../shared/drift/notice-drift.ts'

const fleetDrift: fc.Arbitrary<Drift> = fc.record({
  kind: fc.constantFrom('MachineMissing', 'VolumeSizeDiffers', 'RuleUnexpected'),
  nodeId: fc.integer({ min: 1, max: 3 }),
  detail: fc.string(),
})
const kafkaDrift: fc.Arbitrary<Drift> = fc.record({
  kind: fc.constantFrom('SettingDiffers', 'BrokerNotRegistered'),
  setting: fc.constantFrom('a', 'b'),
  detail: fc.string(),
})
const aLook: fc.Arbitrary<DriftLook> = fc.record(
  { Fleet: fc.array(fleetDrift, { maxLength: 6 }), Kafka: fc.array(kafkaDrift, { maxLength: 4 }) },
  { requiredKeys: [] },
)

const keysOf = (drifts: readonly Drift[] = []) => new Set(drifts.map(driftKey))
const at = (number: number) => new Date(Date.UTC(2026, 10, 22) + number * 3_600_000).toISOString()

/** Plays looks one after the other; the steps are what was noticed at each. */
function played(looks: readonly DriftLook[]) {
  let known: KnownDrift = { told: [], suspected: [] }
  return looks.map((look, index) => {
    const before = known
    const noticed = noticeDrift(known, look, at(index))
    known = { told: noticed.told, suspected: noticed.suspected }
    return { before, look, noticed }
  })
}

describe('drift', () => {
  it('is told when two looks in a row at its side have found it, never before, and is over with the first that does not', () => {
    fc.assert(
      fc.property(fc.array(aLook, { maxLength: 12 }), (looks) => {
        for (const side of ['Fleet', 'Kafka'] as const) {
          const steps = played(looks).filter(({ look }) => look[side] !== undefined)
          for (const [index, { look, noticed }] of steps.entries()) {
            const now = keysOf(look[side])
            const last = keysOf(steps[index - 1]?.look[side])
            const both = [...now].filter((key) => last.has(key))
            const ofSide = [...keysOf(noticed.told)].filter((key) => now.has(key) || last.has(key))
            expect(new Set(ofSide)).toEqual(new Set(both))
          }
        }
      }),
    )
  })

  it('of a side that could not be asked stays as it was', () => {
    fc.assert(
      fc.property(fc.array(aLook, { maxLength: 8 }), (looks) => {
        for (const { before, noticed } of played([...looks, {}]).slice(-1)) {
          expect(noticed).toEqual({ ...before, detected: [], resolved: [] })
        }
      }),
    )
  })

  it('is news once when it comes and once when it goes, and keeps when it was first seen', () => {
    fc.assert(
      fc.property(fc.array(aLook, { maxLength: 12 }), (looks) => {
        const told = new Map<string, string>()
        for (const { noticed } of played(looks)) {
          for (const drift of noticed.resolved) expect(told.delete(driftKey(drift))).toBe(true)
          for (const drift of noticed.detected) {
            expect(told.has(driftKey(drift))).toBe(false)
            told.set(driftKey(drift), drift.since)
          }
          expect(new Map(noticed.told.map((drift) => [driftKey(drift), drift.since]))).toEqual(told)
        }
      }),
    )
  })

  it('of more things than a record may hold is told up to a number, and the rest as those are mended', () => {
    const many = Array.from({ length: MOST_TOLD + 10 }, (_, index): Drift => {
      return { kind: 'MachineUnexpected', nodeId: index, detail: 'There is one.' }
    })
    const [, , , last] = played([{ Fleet: many }, { Fleet: many }, { Fleet: many.slice(5) }, { Fleet: many.slice(5) }])
    expect(played([{ Fleet: many }, { Fleet: many }])[1]?.noticed.told).toHaveLength(MOST_TOLD)
    expect(last?.noticed.told).toHaveLength(MOST_TOLD)
  })
})
