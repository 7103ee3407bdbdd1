import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  brokerGate,
  controllerGate,
  laggingPartitions,
  unprotectedPartitions,
} from '../../../shared/kafka-safety/roll-gates.ts'
import type { TopicView } from '../../../shared/ports/kafka.ts'

const topic = (replicas: readonly number[], isr: readonly number[]): TopicView => ({
  name: 't',
  internal: false,
  partitions: [{ partition: 0, leader: isr[0] ?? -1, replicas, isr }],
})
const minimum = (count: number) => () => count

describe('the gate of a broker', () => {
  it('is open where one more than the minimum is in sync', () => {
    expect(brokerGate([topic([1, 2, 3], [1, 2, 3])], minimum(2), 1)).toEqual({ open: true })
  })

  it('is closed where it is one of just the minimum in sync', () => {
    expect(brokerGate([topic([1, 2, 3], [1, 2])], minimum(2), 1)).toMatchObject({ open: false })
  })

  it('is open for the broker that is itself the one out of sync', () => {
    expect(brokerGate([topic([1, 2, 3], [1, 2])], minimum(2), 3)).toEqual({ open: true })
  })

  it('is closed below the minimum, also for a broker that is out of sync: it may be the first to catch up', () => {
    expect(brokerGate([topic([1, 2, 3], [1])], minimum(2), 3)).toMatchObject({ open: false })
  })

  it('is open for partitions that cannot be protected, which are named instead', () => {
    const single = [topic([1], [1])]
    expect(brokerGate(single, minimum(1), 1)).toEqual({ open: true })
    expect(unprotectedPartitions(single, minimum(1), [1])).toEqual(['t-0'])
    expect(unprotectedPartitions(single, minimum(1), [2])).toEqual([])
  })

  it('never lets a protected partition fall below its minimum', () => {
    const layouts = fc
      .record({ count: fc.integer({ min: 1, max: 5 }), minimum: fc.integer({ min: 1, max: 5 }) })
      .chain(({ count, minimum: min }) => {
        const replicas = Array.from({ length: count }, (_, index) => index + 1)
        return fc.record({
          replicas: fc.constant(replicas),
          isr: fc.subarray(replicas),
          min: fc.constant(min),
          nodeId: fc.integer({ min: 1, max: 6 }),
        })
      })
    fc.assert(
      fc.property(fc.array(layouts, { maxLength: 4 }), fc.integer({ min: 1, max: 6 }), (parts, nodeId) => {
        const topics = parts.map(({ replicas, isr }, index) => ({ ...topic(replicas, isr), name: String(index) }))
        const min = (name: string) => parts[Number(name)]?.min ?? 1
        if (!brokerGate(topics, min, nodeId).open) return
        for (const { replicas, isr, min: needed } of parts) {
          if (!replicas.includes(nodeId) || replicas.length <= needed) continue
          expect(isr.filter((id) => id !== nodeId).length).toBeGreaterThanOrEqual(needed)
        }
      }),
    )
  })
})

describe('the gate of a controller', () => {
  const quorum = (leaderId: number, caughtUp: readonly number[], of = 3) => ({
    leaderId,
    voters: Array.from({ length: of }, (_, index) => ({
      nodeId: index + 1,
      caughtUp: caughtUp.includes(index + 1),
      hasCommitted: true,
    })),
  })

  it('is open only while both others of three have caught up', () => {
    expect(controllerGate(quorum(1, [1, 2, 3]), 3)).toEqual({ open: true })
    expect(controllerGate(quorum(1, [1, 3]), 3)).toMatchObject({ open: false })
    expect(controllerGate(quorum(1, [1, 2]), 3)).toEqual({ open: true })
  })

  it('is closed without a leader', () => {
    expect(controllerGate(quorum(-1, [1, 2, 3]), 1)).toMatchObject({ open: false })
  })

  it('always leaves a majority of the voters caught up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (of, nodeId, up) => {
          const view = quorum(up[0] ?? -1, up, of)
          if (of === 2 || !controllerGate(view, nodeId).open) return
          const left = view.voters.filter((voter) => voter.caughtUp && voter.nodeId !== nodeId).length
          expect(left).toBeGreaterThan(of / 2 - (view.voters.some((voter) => voter.nodeId === nodeId) ? 0 : 1))
        },
      ),
    )
  })
})

describe('a broker that comes back', () => {
  it('lags while one of its replicas is not in sync', () => {
    expect(laggingPartitions([topic([1, 2, 3], [1, 2])], 3)).toEqual(['t-0'])
    expect(laggingPartitions([topic([1, 2, 3], [1, 2, 3])], 3)).toEqual([])
    expect(laggingPartitions([topic([1, 2], [1, 2])], 3)).toEqual([])
  })
})
