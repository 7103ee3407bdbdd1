import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOLERANCE } from '../../../../shared/planner/rebalance/bands.ts'
import { planRebalance } from '../../../../shared/planner/rebalance/plan-rebalance.ts'
import { anyLayout, isSpread, largeLayout, tidyLayout } from './layouts.ts'

const DIMENSIONS = ['disk', 'replicas', 'leaders'] as const

describe('a plan to rebalance', () => {
  it('keeps the number of replicas, never puts two on one broker, and puts none on a broker that leaves', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const leaving = new Set(layout.brokers.filter((broker) => broker.leaving).map(({ nodeId }) => nodeId))
        for (const { from, to } of planRebalance(layout).moves) {
          expect(to).toHaveLength(from.length)
          expect(new Set(to).size).toBe(to.length)
          expect(to.filter((nodeId) => leaving.has(nodeId) && !from.includes(nodeId))).toEqual([])
        }
      }),
    )
  })

  it('empties brokers that leave, but for what no other broker can take', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const { after, stuck } = planRebalance(layout)
        const leaving = new Set(layout.brokers.filter((broker) => broker.leaving).map(({ nodeId }) => nodeId))
        // At least three stay and no partition has more than three replicas, so there is always a place.
        expect(stuck).toEqual([])
        expect(after.brokers.filter(({ nodeId, replicas }) => leaving.has(nodeId) && replicas > 0)).toEqual([])
      }),
    )
  })

  it('never leaves two replicas in a zone while a zone is free', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const moved = new Map(planRebalance(layout).moves.map(({ partition, to }) => [partition, to]))
        for (const partition of layout.partitions) {
          expect(isSpread(layout, moved.get(partition.partition) ?? partition.replicas)).toBe(true)
        }
      }),
    )
  })

  it('never makes the balance of disk, replicas or leaders worse', () => {
    fc.assert(
      fc.property(tidyLayout, (layout) => {
        const { before, after } = planRebalance(layout)
        for (const dimension of DIMENSIONS) {
          expect(after.outside[dimension], dimension).toBeLessThanOrEqual(before.outside[dimension] + 1)
        }
      }),
    )
  })

  it('says of bytes and balance what its moves do', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const { moves, bytes, after } = planRebalance(layout)
        const size = new Map(layout.partitions.map(({ partition, sizeBytes }) => [partition, sizeBytes]))
        const end = new Map(layout.partitions.map(({ partition, replicas }) => [partition, replicas]))
        for (const { partition, to } of moves) end.set(partition, to)
        const copied = moves.map(
          ({ partition, from, to }) =>
            to.filter((nodeId) => !from.includes(nodeId)).length * (size.get(partition) ?? 0),
        )
        expect(bytes).toBe(copied.reduce((sum, amount) => sum + amount, 0))
        for (const broker of after.brokers) {
          const held = [...end].filter(([, replicas]) => replicas.includes(broker.nodeId))
          expect(broker.replicas).toBe(held.length)
          expect(broker.leaders).toBe([...end.values()].filter(([leader]) => leader === broker.nodeId).length)
          expect(broker.bytes).toBe(held.reduce((sum, [partition]) => sum + (size.get(partition) ?? 0), 0))
        }
      }),
    )
  })

  it('has nothing to move once it was carried out', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const moved = new Map(planRebalance(layout).moves.map(({ partition, to }) => [partition, to]))
        const partitions = layout.partitions.map((spot) => ({
          ...spot,
          replicas: moved.get(spot.partition) ?? spot.replicas,
        }))
        expect(planRebalance({ ...layout, partitions }).bytes).toBe(0)
      }),
    )
  })
})

describe('a large cluster that grows', () => {
  it.each([30, 54, 57])(
    'fills new brokers beside %i old ones and moves hardly more bytes than that takes',
    (oldBrokers) => {
      const { before, after, bytes } = planRebalance(largeLayout(oldBrokers, 60))
      const total = before.brokers.reduce((sum, broker) => sum + broker.bytes, 0)
      // What is left outside is less than a replica.
      expect(after.outside.disk / total).toBeLessThan(0.0001)
      expect(after.outside).toMatchObject({ replicas: 0, leaders: 0 })
      const low = (total / 60) * (1 - TOLERANCE)
      const lacking = before.brokers.reduce((sum, broker) => sum + Math.max(0, low - broker.bytes), 0)
      expect(bytes / lacking).toBeLessThan(1.1)
    },
  )

  it('evens out bytes also where a few partitions are ten thousand times as large as others', () => {
    const { before, after, bytes } = planRebalance(
      largeLayout(30, 60, (index) => 1024 ** 2 * 10 ** (4 * (((index * 7919) % 1000) / 1000) ** 2)),
    )
    const total = before.brokers.reduce((sum, broker) => sum + broker.bytes, 0)
    expect(after.outside.disk / total).toBeLessThan(0.0001)
    const low = (total / 60) * (1 - TOLERANCE)
    const lacking = before.brokers.reduce((sum, broker) => sum + Math.max(0, low - broker.bytes), 0)
    expect(bytes / lacking).toBeLessThan(1.1)
  })
})
