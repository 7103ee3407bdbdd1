import { outcomes } from './fragments/outcomes.ts'
import { rebalancePhase } from './fragments/rebalance-phase.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Replicas and preferred leaders come into balance while all brokers serve: kafka-operations §5.4. */
export const rebalanceCluster = defineWorkflow({
  Comment: 'Move the replicas that were approved, under a throttle, and take every throttle away again.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'PlanMoves' },
    ...rebalancePhase('CompleteOperation'),
    ...outcomes,
  },
})
