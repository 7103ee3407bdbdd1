import { configPhase } from './fragments/config-phase.ts'
import { extendPhase } from './fragments/extend-phase.ts'
import { outcomes } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/**
 * Several changes of what was ordered, in one operation: first what needs no restart, and each node is restarted once at most.
 * The configuration becomes the cluster's only when its phase begins, so that whatever starts Kafka before has the old one.
 */
export const updateCluster = defineWorkflow({
  Comment: 'Grow the volumes, then change the Kafka configuration.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'ChooseExtension' },
    ...extendPhase('EnterUpdating'),
    ...configPhase('CompleteOperation'),
    ...outcomes,
  },
})
