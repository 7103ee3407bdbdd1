import { describe, expect, it } from 'vitest'
import { brokerEvidence, controllerEvidence } from '../../../shared/kafka-safety/sync-evidence.ts'
import type { TopicView } from '../../../shared/ports/kafka.ts'

const topic = (name: string, ...isrs: readonly (readonly number[])[]): TopicView => ({
  name,
  internal: false,
  partitions: isrs.map((isr, partition) => ({ partition, leader: isr[0] ?? -1, replicas: [1, 2, 3], isr })),
})

describe('the evidence of a broker', () => {
  it('counts its own partitions, and the troubled ones of the whole cluster', () => {
    const topics = [topic('a', [1, 2, 3], [2, 3], [3]), topic('b', [1, 2])]
    expect(brokerEvidence(topics, () => 2, 1)).toEqual({
      hostedPartitions: 4,
      inSyncPartitions: 2,
      underReplicatedPartitions: 3,
      atMinIsrPartitions: 2,
    })
  })

  it('does not count partitions that have no replica on it', () => {
    expect(brokerEvidence([topic('a', [1, 2, 3])], () => 2, 4)).toMatchObject({
      hostedPartitions: 0,
      inSyncPartitions: 0,
    })
  })
})

describe('the evidence of a controller', () => {
  it('names the leader and counts the voters that have caught up', () => {
    const voters = [1, 2, 3].map((nodeId) => ({ nodeId, caughtUp: nodeId !== 2, hasCommitted: true }))
    expect(controllerEvidence({ leaderId: 3, voters })).toEqual({ quorumLeaderId: 3, voters: 3, votersCaughtUp: 2 })
  })
})
