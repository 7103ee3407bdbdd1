import { describe, expect, it } from 'vitest'
import { afterTwoLooks, judgeMoves } from '../../../../shared/planner/rebalance/judge-moves.ts'
import type { TopicView } from '../../../../shared/ports/kafka.ts'
import type { MoveView } from '../../../../shared/ports/kafka-moves.ts'

const move = { topic: 'orders', partition: 0, from: [1, 2], to: [3, 2], bytes: 7 }

const topicWith = (replicas: readonly number[]): readonly TopicView[] => [
  { name: 'orders', internal: false, partitions: [{ partition: 0, leader: 1, replicas, isr: replicas }] },
]
const moving = (replicas: readonly number[], adding: readonly number[], removing: readonly number[]): MoveView => ({
  topic: 'orders',
  partition: 0,
  replicas,
  adding,
  removing,
})

const stateOf = (topics: readonly TopicView[], underWay: readonly MoveView[] = []) =>
  Object.entries(judgeMoves([move], topics, underWay)).flatMap(([state, found]) => (found.length > 0 ? state : []))

describe('a move', () => {
  it.each([
    ['waits while its partition has the old replicas', topicWith([1, 2]), [], 'waiting'],
    ['waits when it was cancelled, which leaves the old replicas in another order', topicWith([2, 1]), [], 'waiting'],
    ['waits while the new replicas are there in another order', topicWith([2, 3]), [], 'waiting'],
    ['is done when its partition has just the new replicas, in their order', topicWith([3, 2]), [], 'done'],
    ['is under way to its target', topicWith([3, 2, 1]), [moving([3, 2, 1], [3], [1])], 'inFlight'],
    ['waits while its partition goes back', topicWith([1, 2, 3]), [moving([1, 2, 3], [], [3])], 'waiting'],
    ['is passed over when somebody has placed its partition otherwise', topicWith([4, 2]), [], 'passedOver'],
    [
      'is passed over while somebody else moves its partition',
      topicWith([4, 2, 1]),
      [moving([4, 2, 1], [4], [1])],
      'passedOver',
    ],
    ['has nothing left to do when its topic is gone', [], [], 'vanished'],
  ])('%s', (_name, topics, underWay, state) => {
    expect(stateOf(topics, underWay)).toEqual([state])
  })

  it('is passed over once two looks in a row have found its partition elsewhere, and under way until then', () => {
    // The controllers have ended the move; the broker that was asked still tells of the old and the new replicas.
    const first = judgeMoves([move], topicWith([1, 2, 3]), [])
    expect(afterTwoLooks(first, new Set())).toMatchObject({ inFlight: [move], passedOver: [] })
    expect(afterTwoLooks(first, new Set(['orders-0']))).toMatchObject({ inFlight: [], passedOver: [move] })
    const second = judgeMoves([move], topicWith([3, 2]), [])
    expect(afterTwoLooks(second, new Set(['orders-0']))).toMatchObject({ done: [move], inFlight: [], passedOver: [] })
  })

  it('that changes the order alone waits until the order is the new one', () => {
    const reorder = { ...move, to: [2, 1], bytes: 0 }
    expect(judgeMoves([reorder], topicWith([1, 2]), []).waiting).toEqual([reorder])
    expect(judgeMoves([reorder], topicWith([2, 1]), []).done).toEqual([reorder])
  })
})
