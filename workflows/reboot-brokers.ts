import { outcomes } from './fragments/outcomes.ts'
import { GATED_RESTART, restartPhase } from './fragments/restart-phase.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** One node after the other, the active controller last, each back in sync before the next: kafka-operations §5.3. */
export const rebootBrokers = defineWorkflow({
  Comment: 'Restart Kafka or the machine node by node; the gates are asked right before each stop.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseNode' },
    ...restartPhase('CompleteOperation', 'RecordFailure', 'HowToRestart'),
    HowToRestart: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $node.mode = 'host' %}", Next: 'RebootHost' }],
      Default: 'RestartKafka',
    },
    RebootHost: {
      Type: 'Task',
      Comment: 'A machine that says nothing three times in a row for five minutes has not come back.',
      Step: 'rebootHost',
      Node: '$node.nodeId',
      ...GATED_RESTART,
      Next: 'AwaitInSync',
    },
    ...outcomes,
  },
})
