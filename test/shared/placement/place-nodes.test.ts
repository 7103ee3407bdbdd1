import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AVAILABILITY_ZONES } from '../../../shared/catalogue/zones.ts'
import { FIRST_BROKER_ID, placeNodes } from '../../../shared/placement/place-nodes.ts'

const zones = fc.uniqueArray(fc.constantFrom(...AVAILABILITY_ZONES), { minLength: 1, maxLength: 3 })
const dedicated = fc.record({ zones, perZone: fc.integer({ min: 1, max: 20 }) })

const place = (
  topology: 'combined' | 'dedicated',
  count: number,
  availabilityZones: (typeof AVAILABILITY_ZONES)[number][],
) => placeNodes({ topology, availabilityZones, brokers: { count, instanceType: 'r2a.2xlarge', volumeGiB: 100 } })

describe('the nodes of a cluster', () => {
  it('are three that do everything where the topology is combined', () => {
    fc.assert(
      fc.property(zones, (chosen) => {
        const nodes = place('combined', 3, chosen)
        expect(nodes.map(({ nodeId }) => nodeId)).toEqual([1, 2, 3])
        expect(nodes.every(({ roles }) => roles.join() === 'broker,controller')).toBe(true)
      }),
    )
  })

  it('are three controllers and the brokers where it is dedicated, in one number space', () => {
    fc.assert(
      fc.property(dedicated, ({ zones: chosen, perZone }) => {
        const count = perZone * chosen.length
        const nodes = place('dedicated', count, chosen)
        const ids = nodes.map(({ nodeId }) => nodeId)
        expect(new Set(ids).size).toBe(ids.length)
        expect(nodes.filter(({ roles }) => roles.join() === 'controller').map(({ nodeId }) => nodeId)).toEqual([
          1, 2, 3,
        ])
        const brokers = nodes.filter(({ roles }) => roles.join() === 'broker').map(({ nodeId }) => nodeId)
        expect(brokers).toEqual(Array.from({ length: count }, (_, index) => FIRST_BROKER_ID + index))
      }),
    )
  })

  it('are spread evenly: each zone holds as many brokers as any other, and controllers one more at most', () => {
    fc.assert(
      fc.property(dedicated, ({ zones: chosen, perZone }) => {
        const nodes = place('dedicated', perZone * chosen.length, chosen)
        for (const role of ['broker', 'controller'] as const) {
          const inZone = chosen.map(
            (zone) => nodes.filter((node) => node.zone === zone && node.roles.includes(role)).length,
          )
          expect(Math.max(...inZone) - Math.min(...inZone)).toBeLessThanOrEqual(role === 'broker' ? 0 : 1)
        }
        expect(nodes.every(({ zone }) => chosen.includes(zone))).toBe(true)
      }),
    )
  })

  it('are the same for the same order', () => {
    expect(place('dedicated', 6, [...AVAILABILITY_ZONES])).toEqual(place('dedicated', 6, [...AVAILABILITY_ZONES]))
  })
})
