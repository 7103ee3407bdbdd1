import { outcomes } from './fragments/outcomes.ts'
import { restartPhase } from './fragments/restart-phase.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** One node after the other, the active controller last, each back in sync before the next: kafka-operations §5.3. */
export const rebootBrokers = defineWorkflow({
  Comment: 'Restart Kafka node by node; the gates are asked right before each stop.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseNode' },
    ...restartPhase('CompleteOperation', 'RecordFailure'),
    ...outcomes,
  },
})
