import { asking, atBorder, deciding } from './fragments/border.ts'
import { outcomes } from './fragments/outcomes.ts'
import {
  EXECUTION_LIMIT_SECONDS,
  gatedHostWait,
  pollWithin,
  RETRY_CAPACITY,
  RETRY_HOST_WAIT,
  RETRY_NO_CAPACITY,
  RETRY_REMOVAL,
} from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/**
 * Brokers that do not serve are brought back under their identity, with their volume, or with an empty one where that is
 * lost: kafka-operations §5.8.
 */
export const repairBrokers = defineWorkflow({
  Comment: 'Bring brokers back: the old machine is fenced before the new one gets the volume.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'AssessVolumes' },
    AssessVolumes: { Type: 'Task', Step: 'assessVolumes', Next: 'ChooseRepair' },
    ChooseRepair: asking('chooseRepair', {
      Comment: 'All are started before one is waited for: a quorum that was lost comes back only with most of them.',
      Next: 'RepairVerdict',
    }),
    RepairVerdict: atBorder(
      { Start: 'EnterRepairing', StartEmpty: 'EnterRepairing', Verify: 'AwaitInSync' },
      'CompleteOperation',
    ),
    EnterRepairing: { Type: 'Task', Step: 'enterRepairing', Node: '$node.nodeId', Next: 'FenceHost' },
    FenceHost: { Type: 'Task', Step: 'fenceHost', Node: '$node.nodeId', Retry: RETRY_REMOVAL, Next: 'WhichVolume' },
    WhichVolume: deciding({ StartEmpty: 'ReplaceVolume' }, 'EnsureInstance'),
    EnsureInstance: {
      Type: 'Task',
      Step: 'ensureInstance',
      Node: '$node.nodeId',
      Retry: RETRY_CAPACITY,
      Next: 'RelaunchKafka',
    },
    RelaunchKafka: {
      Type: 'Task',
      Comment: 'A machine has ten minutes to boot and attach; from then on it reports every few seconds.',
      Step: 'relaunchKafka',
      Node: '$node.nodeId',
      Retry: RETRY_HOST_WAIT,
      TimeoutSeconds: 1200,
      HeartbeatSeconds: 600,
      Next: 'ChooseRepair',
    },
    ReplaceVolume: {
      Type: 'Task',
      Comment: 'The guards decide how long they wait; the limit here is for other nodes that recover their logs.',
      Step: 'replaceVolume',
      Node: '$node.nodeId',
      Retry: [...pollWithin(21_600), RETRY_NO_CAPACITY],
      Next: 'EnsureEmptyInstance',
    },
    EnsureEmptyInstance: {
      Type: 'Task',
      Step: 'ensureInstance',
      Node: '$node.nodeId',
      Retry: RETRY_CAPACITY,
      Next: 'LaunchOnEmptyVolume',
    },
    LaunchOnEmptyVolume: {
      Type: 'Task',
      Comment: 'The guards are asked again right before the wish to start is written.',
      Step: 'launchOnEmptyVolume',
      Node: '$node.nodeId',
      Retry: gatedHostWait(21_600),
      TimeoutSeconds: 1200,
      HeartbeatSeconds: 600,
      Next: 'ChooseRepair',
    },
    AwaitInSync: {
      Type: 'Task',
      Comment: 'Log recovery after the loss of a machine, and catching up, may take hours.',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(21_600),
      Next: 'FinishNode',
    },
    FinishNode: { Type: 'Task', Step: 'finishNode', Node: '$node.nodeId', Next: 'ChooseRepair' },
    ...outcomes,
  },
})
