import { describe, expect, it } from 'vitest'
import { progressLines } from '../../../cli/progress/operation-progress.ts'
import type { Broker } from '../../../shared/contract/broker.ts'
import type { Operation } from '../../../shared/contract/operation.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString()
const now = Date.UTC(2026, 10, 21, 10, 1, 5)

const broker = (nodeId: number, patch: Partial<Broker> = {}): Broker => ({
  nodeId,
  roles: ['broker'],
  zone: 'az-1',
  status: 'Starting',
  health: 'Unknown',
  kafkaVersion: '3.7.1',
  instanceType: 'r2a.2xlarge',
  volumeGiB: 1,
  configRevision: 1,
  runningConfigRevision: 1,
  generation: 1,
  updatedAt: at(0),
  links: {},
  ...patch,
})

const operation = (patch: Partial<Operation> = {}): Operation => ({
  id: 'op_1',
  type: 'createCluster',
  state: 'Running',
  allowedActions: [],
  target: { type: 'Cluster', id: 'clu_1' },
  requestedBy: 'ana',
  requestId: 'req_1',
  attempt: 1,
  createdAt: at(0),
  deadlineAt: at(59),
  warnings: [],
  links: {},
  progress: { brokersDone: 1, brokersTotal: 3 },
  earlierAttempts: [],
  steps: [],
  ...patch,
})

describe('progress', () => {
  it('shows status, newest step and its age for each broker', () => {
    const steps: Operation['steps'] = [
      {
        attempt: 1,
        name: 'ensureVolume',
        nodeId: 1,
        state: 'Succeeded',
        attempts: 1,
        startedAt: at(1),
        calledAt: at(1),
        finishedAt: at(2),
      },
      {
        attempt: 1,
        name: 'launchKafka',
        nodeId: 1,
        state: 'Waiting',
        attempts: 1,
        startedAt: at(5),
        calledAt: at(5),
        reason: 'the host boots',
      },
      {
        attempt: 1,
        name: 'ensureVolume',
        nodeId: 2,
        state: 'Succeeded',
        attempts: 1,
        startedAt: at(1),
        calledAt: at(1),
        finishedAt: at(4),
      },
    ]
    const brokers = [broker(1), broker(2, { status: 'Active', roles: ['controller'] })]
    const [whole, first, second] = progressLines({ operation: operation({ steps }), brokers }, now)
    expect(whole).toMatchObject({ text: 'createCluster Running, 1 of 3 nodes done', elapsed: '1 min 05 s' })
    expect(first).toMatchObject({
      text: 'broker 1       az-1  Starting  launchKafka: the host boots',
      elapsed: '1 min 00 s',
    })
    expect(second).toMatchObject({ text: 'controller 2   az-1  Active    ensureVolume done', elapsed: '3 s' })
  })

  it('shows what the cluster as a whole waits for, until it has ended', () => {
    const steps: Operation['steps'] = [
      { attempt: 1, name: 'awaitQuorum', state: 'Running', attempts: 3, startedAt: at(9), calledAt: at(9) },
    ]
    const textOf = (patch: Partial<Operation>) => progressLines({ operation: operation(patch), brokers: [] }, now)[0]
    expect(textOf({ steps })?.text).toBe('createCluster Running, 1 of 3 nodes done, awaitQuorum')
    expect(textOf({ steps, state: 'Cancelled', finishedAt: at(20) })).toMatchObject({
      text: 'createCluster Cancelled, 1 of 3 nodes done',
      elapsed: '20 s',
    })
  })

  it('says of an operation that rests how it goes on, and of its next attempt that it is one', () => {
    const textOf = (patch: Partial<Operation>) =>
      progressLines({ operation: operation({ type: 'rebootBrokers', ...patch }), brokers: [] }, now)[0]?.text
    expect(textOf({ state: 'Paused' })).toBe(
      'rebootBrokers Paused, 1 of 3 nodes done, take it up again: weir operations resume op_1',
    )
    expect(textOf({ attempt: 2 })).toBe('rebootBrokers Running, attempt 2, 1 of 3 nodes done')
  })

  it('shows how a broker stands in the ISR as Kafka said last in this attempt, and of a controller how its quorum does', () => {
    const looked = { name: 'awaitInSync', state: 'Waiting', attempts: 2, startedAt: at(2), calledAt: at(4) } as const
    const steps: Operation['steps'] = [
      {
        ...looked,
        attempt: 1,
        nodeId: 1,
        state: 'Abandoned',
        isrBefore: { hostedPartitions: 12, inSyncPartitions: 1 },
      },
      { ...looked, attempt: 2, nodeId: 1, reason: 'behind', isrBefore: { hostedPartitions: 12, inSyncPartitions: 9 } },
      {
        ...looked,
        attempt: 2,
        nodeId: 2,
        state: 'Succeeded',
        finishedAt: at(5),
        isrAfter: { voters: 3, votersCaughtUp: 3 },
      },
    ]
    const brokers = [broker(1), broker(2, { roles: ['controller'] })]
    const [, first, second] = progressLines({ operation: operation({ attempt: 2, steps }), brokers }, now)
    expect(first?.text).toMatch(/awaitInSync: behind \[in sync 9 of 12\]$/)
    expect(second?.text).toMatch(/awaitInSync done \[3 of 3 voters\]$/)
  })

  it('shows why a broker is in trouble', () => {
    const brokers = [broker(3, { status: 'Error', statusReason: 'no disk' })]
    expect(progressLines({ operation: operation(), brokers }, now)[1]?.text).toMatch(
      /broker 3 +az-1 +Error +\(no disk\)$/,
    )
  })
})
