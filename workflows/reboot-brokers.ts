import { pollWithin, RETRY_HOST_WAIT } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** One node after the other, the active controller last, each back in sync before the next: kafka-operations §5.3. */
export const rebootBrokers = defineWorkflow({
  Comment: 'Restart Kafka node by node; the gates are asked right before each stop.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: 604_800,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseNode' },
    ChooseNode: {
      Type: 'Task',
      Step: 'chooseNode',
      Assign: { verdict: '{% $states.result.Payload.verdict %}', node: '{% $states.result.Payload %}' },
      Next: 'Verdict',
    },
    Verdict: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $verdict = 'Next' %}", Next: 'EnterRebooting' },
        { Condition: "{% $verdict = 'Pause' %}", Next: 'RecordPaused' },
        { Condition: "{% $verdict = 'Cancel' %}", Next: 'RecordCancelled' },
      ],
      Default: 'CompleteOperation',
    },
    EnterRebooting: { Type: 'Task', Step: 'enterRebooting', Node: '$node.nodeId', Next: 'RestartKafka' },
    RestartKafka: {
      Type: 'Task',
      Comment:
        'Gates are retried for an hour; log recovery may take hours, in which the host reports every few seconds.',
      Step: 'restartKafka',
      Node: '$node.nodeId',
      Retry: [...RETRY_HOST_WAIT, ...pollWithin(3600)],
      TimeoutSeconds: 21_600,
      HeartbeatSeconds: 300,
      Next: 'AwaitInSync',
    },
    AwaitInSync: {
      Type: 'Task',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      Next: 'FinishNode',
    },
    FinishNode: { Type: 'Task', Step: 'finishNode', Node: '$node.nodeId', Next: 'ChooseNode' },
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', Next: 'Done' },
    RecordPaused: { Type: 'Task', Step: 'recordPaused', Next: 'Done' },
    RecordCancelled: { Type: 'Task', Step: 'recordCancelled', Next: 'Done' },
    Done: { Type: 'Succeed' },
    RecordFailure: { Type: 'Task', Step: 'recordFailure', OnError: 'Failed', Next: 'Failed' },
    Failed: { Type: 'Fail', Error: 'OperationFailed', Cause: 'The reason is in the operation.' },
  },
})
