import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closedReplicaGate, closedVoterGate } from '../../../shared/kafka-safety/empty-volume-gates.ts'
import type { TopicView } from '../../../shared/ports/kafka.ts'

const topic = (isr: readonly number[], replicas: readonly number[] = [1, 2, 3], name = 't'): TopicView => ({
  name,
  internal: false,
  partitions: [{ partition: 0, leader: isr[0] ?? -1, replicas, isr }],
})

describe('an empty broker', () => {
  it('may start while each of its partitions has another replica in sync, and itself counts nowhere', () => {
    expect(closedReplicaGate([topic([1, 3]), topic([3]), topic([1], [1])], 2, false)).toBeUndefined()
  })

  it.each([
    ['the last one in sync', [2], [1, 2, 3]],
    ['of the only replica', [2], [2]],
    ['one of which nobody is known to be in sync', [], [1, 2, 3]],
  ])('may not start when it is %s, and the partitions are named', (_what, isr, replicas) => {
    const closed = closedReplicaGate([topic([1, 3]), topic(isr, replicas, 'orders')], 2, false)
    expect(closed).toMatchObject({ code: 'DATA_LOSS_NOT_ACCEPTED', reason: expect.stringContaining('orders-0') })
    expect(closed?.reason).not.toContain('t-0')
  })

  it('may start where the loss is accepted', () => {
    expect(closedReplicaGate([topic([2]), topic([1])], 2, true)).toBeUndefined()
  })

  it('is waited for while Kafka still counts it as in sync beside another, also where a loss is accepted', () => {
    for (const accepted of [true, false])
      expect(closedReplicaGate([topic([1, 2])], 2, accepted)?.reason).toContain('still counts broker 2')
  })

  it('never starts unless somebody else in sync holds each partition, whatever the cluster looks like', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { maxLength: 6 }), fc.integer({ min: 1, max: 5 }), (views, nodeId) => {
        const topics = views.map(([replicas, some]) =>
          topic(
            replicas.filter((id) => some.includes(id)),
            replicas,
          ),
        )
        if (closedReplicaGate(topics, nodeId, false)) return
        for (const { partitions } of topics)
          for (const { replicas, isr } of partitions)
            if (replicas.includes(nodeId)) expect(isr.filter((id) => id !== nodeId)).toEqual(isr)
        for (const { partitions } of topics)
          for (const { replicas, isr } of partitions) if (replicas.includes(nodeId)) expect(isr).not.toEqual([])
      }),
    )
  })
})

describe('a controller that has lost its log', () => {
  const quorum = (leaderId: number, caughtUp: readonly number[], committed: readonly number[] = caughtUp) => ({
    leaderId,
    voters: [1, 2, 3].map((nodeId) => ({
      nodeId,
      caughtUp: caughtUp.includes(nodeId),
      hasCommitted: committed.includes(nodeId),
    })),
  })

  it('votes again only when both others have caught up and hold what was committed', () => {
    expect(closedVoterGate(quorum(1, [1, 3]), [1, 2, 3], 2)).toBeUndefined()
    expect(closedVoterGate(quorum(1, [1, 2]), [1, 2, 3], 2)).toMatchObject({
      code: 'QUORUM_AT_RISK',
      reason: expect.stringContaining('not yet: 3'),
    })
    expect(closedVoterGate(quorum(1, [1, 3], [1]), [1, 2, 3], 2)).toMatchObject({ code: 'QUORUM_AT_RISK' })
  })

  it('does not while the others have no leader, or the quorum does not know one of them', () => {
    expect(closedVoterGate(quorum(-1, [1, 3]), [1, 2, 3], 2)).toMatchObject({
      reason: expect.stringContaining('no leader'),
    })
    const { leaderId, voters } = quorum(1, [1, 3])
    const without = { leaderId, voters: voters.filter(({ nodeId }) => nodeId !== 3) }
    expect(closedVoterGate(without, [1, 2, 3], 2)).toMatchObject({ code: 'QUORUM_AT_RISK' })
  })
})
