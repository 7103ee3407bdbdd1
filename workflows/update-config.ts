import { configPhase } from './fragments/config-phase.ts'
import { outcomes } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Another Kafka configuration, with restarts only where a key asks for them: kafka-operations §5.6. */
export const updateConfig = defineWorkflow({
  Comment: 'Change the Kafka configuration; a node that does not come back gets the previous one again.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'JudgeFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'EnterUpdating' },
    ...configPhase('CompleteOperation'),
    ...outcomes,
  },
})
