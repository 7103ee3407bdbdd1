import { describe, expect, it } from 'vitest'
import { MAX_HISTORY_EVENTS } from '../../local/asl/execution-log.ts'
import type { PlanPhase } from '../../shared/contract/plan.ts'
import { DELETE_DEADLINE_MINUTES } from '../../shared/state/accept-delete.ts'
import { deadlineMinutes } from '../../shared/state/deadline-minutes.ts'
import { CREATE_DEADLINE_MINUTES } from '../../shared/state/new-cluster-records.ts'
import { rebalancePhase } from '../../workflows/fragments/rebalance-phase.ts'
import { MOST_DRAINS_AGAIN } from '../../workflows/landed-again.ts'
import { toAsl } from '../../workflows/render.ts'
import { POLL_CALL_SECONDS, POLL_MOVES, pollWithin } from '../../workflows/retry.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { historyBound } from './history-bound.ts'

/** Sixty brokers and three controllers: the largest cluster. */
const NODES = 63

/** What a call that is made again adds. */
const EVENTS_PER_RETRY = 3

/** Of the service's limit, for calls that fail and are made again. */
const MARGIN = 2000

type Name = keyof typeof WORKFLOWS
const names = Object.keys(WORKFLOWS).filter((name): name is Name => name in WORKFLOWS)

const minutesOf = (...kinds: readonly PlanPhase['kind'][]) => {
  const nodes = Array.from({ length: NODES }, (_, index) => index + 1)
  return deadlineMinutes({ phases: kinds.map((kind) => ({ kind, nodes, restarts: NODES, estimateSeconds: 0 })) })
}

/** How long an execution may run until the sweeper ends it, where one node is waited for at a time. */
const DEADLINE_MINUTES: Readonly<Partial<Record<Name, number>>> = {
  rebootBrokers: minutesOf('rebootBrokers'),
  extendVolumes: minutesOf('extendVolumes'),
  updateConfig: minutesOf('updateConfig'),
  upgradeKafka: minutesOf('upgradeKafka'),
  updateCluster: minutesOf('extendVolumes', 'updateConfig'),
  shrinkBrokers: minutesOf('shrinkBrokers'),
  // All nodes are waited for together, by one poll.
  startCluster: minutesOf('startCluster'),
}

/** States that are entered so often at most: brokers are emptied together, and once more each time that something has landed on one. */
const EMPTYING = {
  ...Object.fromEntries(Object.keys(rebalancePhase('ChooseRemoval')).map((state) => [state, 1 + MOST_DRAINS_AGAIN])),
  // At the start, and when one that was on its way already has gone.
  ...Object.fromEntries(
    ['EnterDraining', 'UnlistBrokers', 'UnlistInPublicEntry', 'CordonBrokers'].map((state) => [state, 2]),
  ),
}
const AT_MOST: Readonly<Partial<Record<Name, Readonly<Record<string, number>>>>> = { shrinkBrokers: EMPTYING }

/** The most that is asked again within so many minutes of waiting, in waits of half an hour each. */
function retriesWithin(minutes: number): number {
  const [poll] = pollWithin(1800)
  if (!poll) throw new Error('a poll is a retry')
  return (minutes / 30) * poll.MaxAttempts
}

describe.each(names)('an execution of %s for the largest cluster', (name) => {
  const bound = historyBound(toAsl(WORKFLOWS[name]), NODES, AT_MOST[name])

  it('takes less than a third of the history that the service keeps, where every call is made once', () => {
    expect(bound).toBeGreaterThan(0)
    expect(bound).toBeLessThan(MAX_HISTORY_EVENTS / 3)
  })
})

describe.each(Object.entries(DEADLINE_MINUTES))('an execution of %s that waits until its deadline', (name, minutes) => {
  it('stays below the limit of the history', () => {
    const [workflow] = names.filter((known) => known === name)
    if (!workflow) throw new Error(name)
    const waiting = EVENTS_PER_RETRY * retriesWithin(minutes)
    expect(historyBound(toAsl(WORKFLOWS[workflow]), NODES, AT_MOST[workflow]) + waiting).toBeLessThan(
      MAX_HISTORY_EVENTS - MARGIN,
    )
  })
})

describe('replicas that are moved for as long as an execution may last', () => {
  it('use up less than the history', () => {
    const [poll] = POLL_MOVES
    const waiting = EVENTS_PER_RETRY * (poll?.MaxAttempts ?? Number.POSITIVE_INFINITY)
    expect(historyBound(toAsl(WORKFLOWS.rebalanceCluster), NODES) + waiting).toBeLessThan(MAX_HISTORY_EVENTS - MARGIN)
  })
})

describe('nodes that are waited for side by side', () => {
  it('use up less than the history even if every one of them waits until the deadline', () => {
    for (const [name, minutes] of [
      ['createCluster', CREATE_DEADLINE_MINUTES],
      ['deleteCluster', DELETE_DEADLINE_MINUTES],
      ['stopCluster', minutesOf('stopCluster')],
    ] as const) {
      const rounds = (minutes * 60) / POLL_CALL_SECONDS
      const waiting = EVENTS_PER_RETRY * rounds * CONCURRENCY[name]
      expect(historyBound(toAsl(WORKFLOWS[name]), NODES) + waiting, name).toBeLessThan(MAX_HISTORY_EVENTS - MARGIN)
    }
  })
})

/** How many nodes are worked on at a time. */
const CONCURRENCY = { createCluster: 40, deleteCluster: 10, stopCluster: 10, expandBrokers: 40 } as const
