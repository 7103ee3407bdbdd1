import { pollWithin, RETRY_HOST_WAIT } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Larger volumes with Kafka running on them, broker by broker: kafka-operations §5.2. */
export const extendVolumes = defineWorkflow({
  Comment: 'Grow the volumes of brokers; those that are down are all grown first, because they may need each other.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: 604_800,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseExtension' },
    ChooseExtension: {
      Type: 'Task',
      Step: 'chooseExtension',
      Assign: { verdict: '{% $states.result.Payload.verdict %}', node: '{% $states.result.Payload %}' },
      Next: 'Verdict',
    },
    Verdict: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $verdict = 'Grow' %}", Next: 'EnterExtending' },
        { Condition: "{% $verdict = 'Verify' %}", Next: 'VerifyVolume' },
        { Condition: "{% $verdict = 'Pause' %}", Next: 'RecordPaused' },
        { Condition: "{% $verdict = 'Cancel' %}", Next: 'RecordCancelled' },
      ],
      Default: 'CompleteOperation',
    },
    EnterExtending: { Type: 'Task', Step: 'enterExtending', Node: '$node.nodeId', Next: 'GrowVolume' },
    GrowVolume: {
      Type: 'Task',
      Comment: 'The new size can be used within minutes; that EBS goes on optimising for hours disturbs nobody.',
      Step: 'growVolume',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      Next: 'GrowFileSystem',
    },
    GrowFileSystem: {
      Type: 'Task',
      Comment: 'A host pulls its new size within seconds. One that says nothing for five minutes is lost.',
      Step: 'growFileSystem',
      Node: '$node.nodeId',
      Retry: RETRY_HOST_WAIT,
      TimeoutSeconds: 2700,
      HeartbeatSeconds: 300,
      Next: 'ChooseExtension',
    },
    VerifyVolume: {
      Type: 'Task',
      Comment: 'A broker that was down recovers its log first.',
      Step: 'verifyVolume',
      Node: '$node.nodeId',
      Retry: pollWithin(2700),
      Next: 'FinishExtension',
    },
    FinishExtension: { Type: 'Task', Step: 'finishExtension', Node: '$node.nodeId', Next: 'ChooseExtension' },
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', Next: 'Done' },
    RecordPaused: { Type: 'Task', Step: 'recordPaused', Next: 'Done' },
    RecordCancelled: { Type: 'Task', Step: 'recordCancelled', Next: 'Done' },
    Done: { Type: 'Succeed' },
    RecordFailure: { Type: 'Task', Step: 'recordFailure', OnError: 'Failed', Next: 'Failed' },
    Failed: { Type: 'Fail', Error: 'OperationFailed', Cause: 'The reason is in the operation.' },
  },
})
