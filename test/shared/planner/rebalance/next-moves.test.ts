import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  IN_FLIGHT,
  leastSeconds,
  MOST_IN_FLIGHT,
  nextMoves,
  throttledReplicas,
} from '../../../../shared/planner/rebalance/next-moves.ts'
import { type PartitionMove, planRebalance } from '../../../../shared/planner/rebalance/plan-rebalance.ts'
import { anyLayout, largeLayout } from './layouts.ts'

const move = (partition: number, from: number[], to: number[], bytes: number): PartitionMove => ({
  topic: 'orders',
  partition,
  from,
  to,
  bytes,
})

describe('the next moves', () => {
  it('begin the largest first and leave out those of a broker that is busy', () => {
    const limits = { partitions: 10, partitionsPerBroker: 1 }
    const [small, large, elsewhere] = [
      move(0, [1, 2], [3, 2], 10),
      move(1, [1, 2], [4, 2], 100),
      move(2, [2, 1], [5, 1], 50),
    ]
    expect(nextMoves([small, large, elsewhere], [], limits)).toEqual([large, elsewhere])
    expect(nextMoves([small], [large], limits)).toEqual([])
    expect(nextMoves([small], [], limits)).toEqual([small])
  })

  it('end, whatever is planned, and never go beyond the limits', () => {
    fc.assert(
      fc.property(anyLayout, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (layout, most, each) => {
        let waiting = planRebalance(layout).moves
        let inFlight: readonly PartitionMove[] = []
        while (waiting.length > 0 || inFlight.length > 0) {
          const begun = nextMoves(waiting, inFlight, { partitions: most, partitionsPerBroker: each })
          inFlight = [...inFlight, ...begun]
          expect(inFlight.length).toBeGreaterThan(0)
          expect(inFlight.length).toBeLessThanOrEqual(most)
          waiting = waiting.filter((left) => !begun.includes(left))
          inFlight = inFlight.slice(1)
        }
      }),
    )
  })

  it('give a broker more small ones while it has less to copy than its throttle lets through', () => {
    const small = Array.from({ length: 20 }, (_, index) => move(index, [1, 2], [3, 2], 10))
    const limits = { partitions: 2, partitionsPerBroker: 2 }
    expect(nextMoves(small, [], limits)).toHaveLength(2)
    expect(nextMoves(small, [], { ...limits, bytesPerBroker: 95 })).toHaveLength(10)
    expect(nextMoves(small, small.slice(0, 10), { ...limits, bytesPerBroker: 95 })).toEqual([])
  })

  it('are never more than Kafka copes with, however small they are', () => {
    const tiny = Array.from({ length: 2 * MOST_IN_FLIGHT }, (_, index) => move(index, [1, 2], [3, 2], 1))
    expect(nextMoves(tiny, [], { ...IN_FLIGHT, bytesPerBroker: 1e9 })).toHaveLength(MOST_IN_FLIGHT)
  })

  it('keep as many partitions under way as they may while brokers are free', () => {
    const { moves } = planRebalance(largeLayout(30, 60))
    expect(nextMoves(moves, [])).toHaveLength(IN_FLIGHT.partitions)
  })
})

describe('the least duration', () => {
  it('is that of the broker with the most to give or to take', () => {
    const moves = [move(0, [1, 2], [3, 2], 100), move(1, [1, 2], [4, 2], 100), move(2, [2, 1], [3, 1], 20)]
    expect(leastSeconds(moves, 10)).toBe(20)
    expect(leastSeconds([], 10)).toBe(0)
  })
})

describe('the throttled replicas', () => {
  it('are all old ones as givers and only the new ones as takers, by topic', () => {
    const other = { ...move(0, [7, 8], [8, 9], 5), topic: 'payments' }
    const spots = (...names: readonly string[]) =>
      names.map((name) => {
        const [partition, nodeId] = name.split(':').map(Number)
        return { partition, nodeId }
      })
    expect(throttledReplicas([move(0, [1, 2], [3, 2], 9), move(1, [2, 1], [2, 4], 9), other])).toEqual([
      { topic: 'orders', leaders: spots('0:1', '0:2', '1:2', '1:1'), followers: spots('0:3', '1:4') },
      { topic: 'payments', leaders: spots('0:7', '0:8'), followers: spots('0:9') },
    ])
  })

  it('are none where only the order changes', () => {
    expect(throttledReplicas([move(0, [1, 2], [2, 1], 0)])).toEqual([])
  })
})
