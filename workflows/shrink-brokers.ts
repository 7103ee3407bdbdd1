import { asking, atBorder } from './fragments/border.ts'
import { ends } from './fragments/outcomes.ts'
import { rebalancePhase } from './fragments/rebalance-phase.ts'
import { removalPhase } from './fragments/removal-phase.ts'
import { EXECUTION_LIMIT_SECONDS, pollWithin, RETRY_CAPACITY } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/**
 * Fewer brokers: those that leave are emptied together and go one after the other; kafka-operations §5.5. Until the first of them is
 * stopped, and between two of them, it can be cancelled: then those that are still there stay, with whatever was not moved off.
 */
export const shrinkBrokers = defineWorkflow({
  Comment: 'Empty the brokers that leave, prove that they hold nothing, and take one after the other away.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'TakeMovesBack',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseAtStart' },
    ChooseAtStart: asking('chooseRemoval', {
      Comment: 'An attempt that takes up another one first sees one through that is beyond its stop.',
      Next: 'StartVerdict',
    }),
    StartVerdict: atBorder(
      { Remove: 'EnterRemoval', Stop: 'StopBroker', Drain: 'EnterDraining', Next: 'EnterDraining' },
      'CompleteOperation',
    ),
    EnterDraining: { Type: 'Task', Step: 'enterDraining', Next: 'UnlistBrokers' },
    UnlistBrokers: { Type: 'Task', Step: 'alignNames', Retry: RETRY_CAPACITY, Next: 'UnlistInPublicEntry' },
    UnlistInPublicEntry: { Type: 'Task', Step: 'alignPublicEntry', Retry: RETRY_CAPACITY, Next: 'CordonBrokers' },
    CordonBrokers: { Type: 'Task', Step: 'cordonBrokers', Retry: pollWithin(600), Next: 'PlanMoves' },
    ...rebalancePhase('ChooseRemoval', { failed: 'UncordonAfterFailure' }),
    ChooseRemoval: asking('chooseRemoval', { Next: 'RemovalVerdict' }),
    RemovalVerdict: atBorder(
      { Remove: 'EnterRemoval', Stop: 'StopBroker', Drain: 'EnterDraining', Next: 'JudgeDrained' },
      'CompleteOperation',
    ),
    ...removalPhase('ChooseRemoval', 'PlanMoves'),
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', OnError: 'RecordFailure', Next: 'Done' },
    RecordPaused: { Type: 'Task', Step: 'recordPaused', OnError: 'RecordFailure', Next: 'Done' },
    RecordCancelled: {
      Type: 'Task',
      Comment: 'What was moved off stays where it is; all else is as it was before.',
      Step: 'uncordonBrokers',
      Retry: pollWithin(1800),
      OnError: 'UncordonAfterFailure',
      Next: 'KeepBrokers',
    },
    KeepBrokers: { Type: 'Task', Step: 'keepBrokers', OnError: 'UncordonAfterFailure', Next: 'ListBrokers' },
    ListBrokers: {
      Type: 'Task',
      Step: 'alignNames',
      Retry: RETRY_CAPACITY,
      OnError: 'UncordonAfterFailure',
      Next: 'ListInPublicEntry',
    },
    ListInPublicEntry: {
      Type: 'Task',
      Step: 'alignPublicEntry',
      Retry: RETRY_CAPACITY,
      OnError: 'UncordonAfterFailure',
      Next: 'EndCancelled',
    },
    EndCancelled: { Type: 'Task', Step: 'recordCancelled', OnError: 'RecordFailure', Next: 'Done' },
    UncordonAfterFailure: {
      Type: 'Task',
      Comment: 'The same as far as it goes: what fails here does not keep the rest from being taken back.',
      Step: 'uncordonBrokers',
      Retry: pollWithin(600),
      OnError: 'KeepAfterFailure',
      Next: 'KeepAfterFailure',
    },
    KeepAfterFailure: { Type: 'Task', Step: 'keepBrokers', OnError: 'RecordFailure', Next: 'ListAfterFailure' },
    ListAfterFailure: {
      Type: 'Task',
      Step: 'alignNames',
      Retry: RETRY_CAPACITY,
      OnError: 'EntryAfterFailure',
      Next: 'EntryAfterFailure',
    },
    EntryAfterFailure: {
      Type: 'Task',
      Step: 'alignPublicEntry',
      Retry: RETRY_CAPACITY,
      OnError: 'RecordFailure',
      Next: 'RecordFailure',
    },
    ...ends,
  },
})
