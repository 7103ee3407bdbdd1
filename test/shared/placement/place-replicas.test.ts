import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AVAILABILITY_ZONES } from '../../../shared/catalogue/zones.ts'
import type { Placement } from '../../../shared/placement/place-nodes.ts'
import { placeReplicas } from '../../../shared/placement/place-replicas.ts'

const brokersIn = (perZone: readonly number[]): readonly Placement[] =>
  perZone
    .flatMap((count, index) => Array.from({ length: count }, () => AVAILABILITY_ZONES[index] ?? 'az-1'))
    .map((zone, index) => ({ nodeId: 101 + index, roles: ['broker'], zone }))

const order = fc
  .record({
    perZone: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
    partitions: fc.integer({ min: 1, max: 120 }),
    factor: fc.integer({ min: 1, max: 5 }),
    first: fc.nat({ max: 1000 }),
  })
  .map(({ perZone, ...rest }) => ({ brokers: brokersIn(perZone), ...rest }))
  .filter(({ brokers, factor }) => factor <= brokers.length)

const countBy = (ids: readonly number[], brokers: readonly Placement[]) =>
  brokers.map(({ nodeId }) => ids.filter((id) => id === nodeId).length)

describe('the replicas of a new topic', () => {
  it('are as many as ordered, on different brokers, and in as many zones as there can be', () => {
    fc.assert(
      fc.property(order, ({ brokers, partitions, factor, first }) => {
        const zoneOf = new Map(brokers.map(({ nodeId, zone }) => [nodeId, zone]))
        const placed = placeReplicas(brokers, partitions, factor, first)
        expect(placed).toHaveLength(partitions)
        for (const replicas of placed) {
          expect(new Set(replicas).size).toBe(factor)
          const zones = new Set(replicas.map((nodeId) => zoneOf.get(nodeId)))
          expect(zones).not.toContain(undefined)
          expect(zones.size).toBe(Math.min(factor, new Set(zoneOf.values()).size))
        }
      }),
    )
  })

  it('have leaders that no broker has more than one more of than another', () => {
    fc.assert(
      fc.property(order, ({ brokers, partitions, factor, first }) => {
        const leaders = placeReplicas(brokers, partitions, factor, first).map(([leader]) => leader ?? -1)
        const counts = countBy(leaders, brokers)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('are spread over the brokers of even zones', () => {
    const brokers = brokersIn([3, 3, 3])
    const counts = countBy(placeReplicas(brokers, 90, 3).flat(), brokers)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(6)
  })

  it('are refused where there are fewer brokers', () => {
    expect(() => placeReplicas(brokersIn([2]), 1, 3)).toThrow(RangeError)
  })
})
