import { EXECUTION_LIMIT_SECONDS, pollWithin, RETRY_HOST_WAIT } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/**
 * What can change without a restart first, then node by node what is read at the start only; the first node is the canary.
 * A node that does not come back gets the previous configuration again, and so does the cluster: kafka-operations §5.6.
 */
export const updateConfig = defineWorkflow({
  Comment: 'Change the Kafka configuration; a node that does not come back gets the previous one again.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'JudgeFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ApplyDynamicConfig' },
    ApplyDynamicConfig: { Type: 'Task', Step: 'applyDynamicConfig', Retry: pollWithin(600), Next: 'ChooseNode' },
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
      Default: 'VerifyConfig',
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
    VerifyConfig: { Type: 'Task', Step: 'verifyConfig', Retry: pollWithin(300), Next: 'CompleteOperation' },
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', OnError: 'RecordFailure', Next: 'Done' },
    RecordPaused: { Type: 'Task', Step: 'recordPaused', OnError: 'RecordFailure', Next: 'Done' },
    RecordCancelled: { Type: 'Task', Step: 'recordCancelled', OnError: 'RecordFailure', Next: 'Done' },
    Done: { Type: 'Succeed' },
    JudgeFailure: {
      Type: 'Task',
      Step: 'judgeConfigFailure',
      Assign: { verdict: '{% $states.result.Payload.verdict %}', node: '{% $states.result.Payload %}' },
      OnError: 'RecordFailure',
      Next: 'Judged',
    },
    Judged: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $verdict = 'Restore' %}", Next: 'RestoreNode' }],
      Default: 'RevertConfig',
    },
    RestoreNode: {
      Type: 'Task',
      Step: 'restoreNode',
      Node: '$node.nodeId',
      Retry: [...RETRY_HOST_WAIT, ...pollWithin(3600)],
      TimeoutSeconds: 21_600,
      HeartbeatSeconds: 300,
      OnError: 'RecordFailure',
      Next: 'AwaitRestored',
    },
    AwaitRestored: {
      Type: 'Task',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      OnError: 'RecordFailure',
      Next: 'RevertConfig',
    },
    RevertConfig: {
      Type: 'Task',
      Step: 'revertConfig',
      Retry: pollWithin(600),
      OnError: 'RecordFailure',
      Next: 'RecordFailure',
    },
    RecordFailure: { Type: 'Task', Step: 'recordFailure', OnError: 'Failed', Next: 'Failed' },
    Failed: { Type: 'Fail', Error: 'OperationFailed', Cause: 'The reason is in the operation.' },
  },
})
