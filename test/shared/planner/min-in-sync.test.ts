import { describe, expect, it } from 'vitest'
import type { SeenKafkaTopics } from '../../../shared/planner/facts.ts'
import { minInSyncAfter, noSpareReplicaBlockers } from '../../../shared/planner/min-in-sync.ts'

/** Topics by their number of replicas; what must be in sync is `now` but for those with a number of their own. */
function seen(
  replicas: Readonly<Record<string, number>>,
  now: number,
  own: Readonly<Record<string, number>> = {},
): SeenKafkaTopics {
  const topics = Object.entries(replicas).map(([name, count]) => {
    const ids = Array.from({ length: count }, (_, index) => index + 1)
    return { name, internal: false, partitions: [{ partition: 0, leader: 1, replicas: ids, isr: ids }] }
  })
  return { topics, minInSync: (topic) => own[topic] ?? now, ownMinInSync: new Set(Object.keys(own)) }
}

const raisedTo = (value: string) => ({ 'min.insync.replicas': value })

describe('a larger min.insync.replicas of the cluster', () => {
  it('is refused with the names of the topics that would have no replica to spare', () => {
    const blockers = noSpareReplicaBlockers(seen({ wide: 3, narrow: 2, single: 1 }, 1), raisedTo('2'))
    expect(blockers).toEqual([
      expect.objectContaining({ code: 'NO_SPARE_REPLICA', pointer: '/config/min.insync.replicas' }),
    ])
    expect(blockers[0]?.detail).toContain('2 topics')
    expect(blockers[0]?.detail).toContain(': narrow, single.')
  })

  it('is none for topics that have a number of their own or replicas enough', () => {
    expect(noSpareReplicaBlockers(seen({ wide: 3, single: 1 }, 1, { single: 1 }), raisedTo('2'))).toEqual([])
  })

  it.each([
    ['a smaller one', seen({ narrow: 2 }, 2), raisedTo('1')],
    ['the same one', seen({ narrow: 2 }, 2), raisedTo('2')],
    ['another change', seen({ narrow: 2 }, 2), { 'log.retention.ms': '1' }],
  ])('does not refuse %s, whatever the topics are', (_what, topics, sets) => {
    expect(noSpareReplicaBlockers(topics, sets)).toEqual([])
  })

  it('holds for each topic without its own from then on', () => {
    const inForce = minInSyncAfter(seen({ wide: 3, single: 1 }, 1, { single: 1 }), raisedTo('2'))
    expect([inForce('wide'), inForce('single')]).toEqual([2, 1])
  })
})
