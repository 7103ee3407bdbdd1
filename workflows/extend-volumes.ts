import { extendPhase } from './fragments/extend-phase.ts'
import { outcomes } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Larger volumes with Kafka running on them, broker by broker: kafka-operations §5.2. */
export const extendVolumes = defineWorkflow({
  Comment: 'Grow the volumes of brokers; those that are down are all grown first, because they may need each other.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseExtension' },
    ...extendPhase('CompleteOperation'),
    ...outcomes,
  },
})
