import { describe, expect, it } from 'vitest'
import { operationStory } from '../../../cli/progress/operation-story.ts'
import type { Operation } from '../../../shared/contract/operation.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString()
const now = Date.UTC(2026, 10, 21, 10, 2)

type Step = Operation['steps'][number]

const step = (name: string, from: number, until: number, patch: Partial<Step> = {}): Step => ({
  attempt: 1,
  name,
  state: 'Succeeded',
  attempts: 1,
  startedAt: at(from),
  calledAt: at(from),
  finishedAt: at(until),
  ...patch,
})

const operation = (patch: Partial<Operation>): Operation => ({
  id: 'op_1',
  type: 'rebootBrokers',
  state: 'Succeeded',
  allowedActions: [],
  target: { type: 'Cluster', id: 'clu_1' },
  requestedBy: 'ana',
  requestId: 'req_1',
  attempt: 1,
  createdAt: at(0),
  startedAt: at(0),
  finishedAt: at(30),
  deadlineAt: at(59),
  warnings: [],
  links: {},
  progress: { brokersDone: 1, brokersTotal: 1 },
  earlierAttempts: [],
  steps: [],
  ...patch,
})

const sync = (inSyncPartitions: number) => ({
  hostedPartitions: 12,
  inSyncPartitions,
  underReplicatedPartitions: 12 - inSyncPartitions,
  atMinIsrPartitions: 0,
  quorumLeaderId: 3,
  voters: 3,
  votersCaughtUp: 3,
})

describe('the story of an operation', () => {
  it('goes attempt by attempt, node by node, step by step, with what was before and after', () => {
    const steps = [
      step('chooseNode', 0, 20, { attempts: 2 }),
      step('enterRebooting', 1, 1, { nodeId: 2, statusBefore: 'Active', statusAfter: 'Rebooting' }),
      step('restartKafka', 2, 8, { nodeId: 2, statusBefore: 'Rebooting', isrBefore: sync(12) }),
      step('awaitInSync', 8, 19, { nodeId: 2, isrBefore: sync(0), isrAfter: sync(11), reason: 'behind on 1' }),
      step('finishNode', 19, 20, { nodeId: 2, statusBefore: 'Rebooting', statusAfter: 'Active' }),
    ]
    expect(operationStory(operation({ steps }), now)).toBe(
      `Attempt 1: Succeeded, 10:00:00 to 10:00:30 (30 s)
  cluster
    chooseNode  Succeeded  10:00:00 20 s  2 calls
  node 2, Active → Rebooting → Active, 19 s, in sync 12 of 12, 3 of 3 voters → in sync 11 of 12, 3 of 3 voters
    enterRebooting  Succeeded  10:00:01 0 s   Active → Rebooting
    restartKafka    Succeeded  10:00:02 6 s   Rebooting
        ISR before  in sync on 12 of 12 partitions; in the cluster 0 under-replicated, 0 at their minimum; quorum leader 3, 3 of 3 voters caught up
    awaitInSync     Succeeded  10:00:08 11 s
        ISR before  in sync on 0 of 12 partitions; in the cluster 12 under-replicated, 0 at their minimum; quorum leader 3, 3 of 3 voters caught up
        ISR after   in sync on 11 of 12 partitions; in the cluster 1 under-replicated, 0 at their minimum; quorum leader 3, 3 of 3 voters caught up
        waited for  behind on 1
    finishNode      Succeeded  10:00:19 1 s   Rebooting → Active`,
    )
  })

  it('tells of attempts that were given up why, and what was open then', () => {
    const error = { code: 'HOST_NOT_READY', title: 'It did not', detail: 'Nothing was heard.' } as const
    const story = operationStory(
      operation({
        state: 'Running',
        attempt: 2,
        startedAt: at(50),
        finishedAt: undefined,
        earlierAttempts: [
          {
            attempt: 1,
            startedAt: at(0),
            endedAt: at(40),
            state: 'GivenUp',
            error: { ...error, step: 'awaitInSync', nodeId: 2 },
          },
        ],
        steps: [
          step('awaitInSync', 8, 0, { nodeId: 2, state: 'Abandoned', finishedAt: undefined }),
          step('awaitInSync', 51, 0, {
            attempt: 2,
            nodeId: 2,
            state: 'Waiting',
            finishedAt: undefined,
            reason: 'behind',
          }),
        ],
      }),
      now,
    )
    expect(story).toBe(
      `Attempt 1: GivenUp, 10:00:00 to 10:00:40 (40 s)
  HOST_NOT_READY in awaitInSync on node 2: Nothing was heard.
  node 2
    awaitInSync  Abandoned  10:00:08 -

Attempt 2: Running, since 10:00:50 (1 min 10 s)
  node 2
    awaitInSync  Waiting  10:00:51 -
        reason      behind`,
    )
  })

  it('says so of a broker without partitions, and how a node stood only once where nothing changed', () => {
    const empty = { ...sync(0), hostedPartitions: 0, underReplicatedPartitions: 0 }
    const story = operationStory(
      operation({ steps: [step('verifyVolume', 1, 2, { nodeId: 1, isrBefore: empty, isrAfter: empty })] }),
      now,
    )
    expect(story).toContain('  node 1, 1 s, no partitions, 3 of 3 voters\n')
    expect(story).toContain(
      'ISR after   hosts no partitions; in the cluster 0 under-replicated, 0 at their minimum; quorum',
    )
  })
})
