import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextToRoll } from '../../../shared/kafka-safety/roll-order.ts'
import { type Placement, placeNodes } from '../../../shared/placement/place-nodes.ts'

/** The order of a whole roll, with a leader that may move before every node. */
function order(nodes: readonly Placement[], leaderAt: (step: number) => number): number[] {
  const left = [...nodes]
  const rolled: number[] = []
  for (let next = nextToRoll(left, leaderAt(0)); next; next = nextToRoll(left, leaderAt(rolled.length))) {
    rolled.push(next.nodeId)
    left.splice(left.indexOf(next), 1)
  }
  return rolled
}

const dedicated = (count: number) =>
  placeNodes({
    topology: 'dedicated',
    brokers: { count, instanceType: 'r2a.2xlarge', volumeGiB: 1 },
    availabilityZones: ['az-1', 'az-2', 'az-3'],
  })

describe('the order of a roll', () => {
  it('takes controllers before brokers, the active controller last among them, then brokers zone by zone', () => {
    expect(order(dedicated(6), () => 2)).toEqual([1, 3, 2, 101, 104, 102, 105, 103, 106])
  })

  it('follows a leader that moves', () => {
    expect(order(dedicated(3), (step) => (step === 0 ? 1 : 3))).toEqual([2, 1, 3, 101, 102, 103])
  })

  it('takes every node exactly once, and never a controller after a broker', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 20, maxLength: 20 }),
        (zones, leaders) => {
          const nodes = dedicated(3 * zones)
          const rolled = order(nodes, (step) => leaders[step] ?? -1)
          expect(rolled.toSorted((a, b) => a - b)).toEqual(nodes.map(({ nodeId }) => nodeId))
          expect(rolled.slice(0, 3).every((nodeId) => nodeId <= 3)).toBe(true)
        },
      ),
    )
  })
})
