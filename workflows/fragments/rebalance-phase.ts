import { POLL_MOVES, pollWithin } from '../retry.ts'
import { fragment } from './fragment.ts'

/**
 * Replicas are moved, throttled and a few at a time, then verified, then led by their preferred leaders: kafka-operations §5.4.
 *
 * How to put it into a workflow: `...rebalancePhase('WhatFollows')`, entered at `PlanMoves`. The operation's record says what is
 * moved: `rebalance: { kinds, throttleMiBPerSecond, leaving? }` in the order that `acceptOperation` takes. With `proposalId` its
 * approved moves are made; without, `planMoves` plans of where everything is at that moment, with all brokers that are on the list
 * then (those that have joined included) and nothing left on the `leaving` ones. A workflow may come back to `PlanMoves` when all
 * moves have ended, and gets new ones: so a drain is repeated until nothing is left.
 *
 * Ways out: `next` when all is done (also when there was nothing to do); `RecordPaused` when somebody asked for it and what was under
 * way has ended; `cancelled` (usually `RecordCancelled`) when what was under way has gone back; `failed` (usually `RecordFailure`)
 * for good. On each of them no throttle is left, unless Kafka did not answer: then the cluster's mark `movedBy` stays, and a job
 * takes back what is left. A later attempt begins at `PlanMoves` again and passes over what is done.
 */
export const rebalancePhase = <
  Next extends string,
  Cancelled extends string = 'RecordCancelled',
  Failed extends string = 'RecordFailure',
>(
  next: Next,
  ways: { readonly cancelled?: Cancelled; readonly failed?: Failed } = {},
) => {
  const cancelled = ways.cancelled ?? 'RecordCancelled'
  const failed = ways.failed ?? 'RecordFailure'
  return fragment([next, cancelled, failed, 'RecordPaused'], {
    PlanMoves: {
      Type: 'Task',
      Step: 'planMoves',
      Assign: { verdict: '{% $states.result.Payload.verdict %}' },
      Retry: pollWithin(1800),
      OnError: 'TakeMovesBack',
      Next: 'MovesPlanned',
    },
    MovesPlanned: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $verdict = 'Move' %}", Next: 'ThrottleMoves' }],
      Default: 'ReleaseMoves',
    },
    ThrottleMoves: {
      Type: 'Task',
      Step: 'throttleMoves',
      Retry: pollWithin(1800),
      OnError: 'TakeMovesBack',
      Next: 'AdvanceMoves',
    },
    AdvanceMoves: {
      Type: 'Task',
      Comment: 'Waited for as long as anything is copied; the step itself refuses to wait where nothing is.',
      Step: 'advanceMoves',
      Assign: { verdict: '{% $states.result.Payload.verdict %}' },
      Retry: POLL_MOVES,
      OnError: 'TakeMovesBack',
      Next: 'MovesAdvanced',
    },
    MovesAdvanced: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $verdict = 'Done' %}", Next: 'VerifyMoves' }],
      Default: 'ReleaseMoves',
    },
    VerifyMoves: {
      Type: 'Task',
      Step: 'verifyMoves',
      Retry: pollWithin(3600),
      OnError: 'TakeMovesBack',
      Next: 'ReleaseMoves',
    },
    ReleaseMoves: {
      Type: 'Task',
      Step: 'releaseMoves',
      Retry: pollWithin(1800),
      OnError: failed,
      Next: 'MovesReleased',
    },
    MovesReleased: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $verdict = 'Pause' %}", Next: 'RecordPaused' },
        { Condition: "{% $verdict = 'Cancel' %}", Next: cancelled },
      ],
      Default: 'ElectLeaders',
    },
    ElectLeaders: { Type: 'Task', Step: 'electLeaders', Retry: pollWithin(600), OnError: failed, Next: next },
    TakeMovesBack: {
      Type: 'Task',
      Comment: 'Something has failed for good: what is under way goes back, and no throttle stays.',
      Step: 'releaseMoves',
      Retry: pollWithin(600),
      OnError: failed,
      Next: failed,
    },
  })
}
