import { joinPhase } from './fragments/join-phase.ts'
import { outcomes } from './fragments/outcomes.ts'
import { rebalancePhase } from './fragments/rebalance-phase.ts'
import { EXECUTION_LIMIT_SECONDS, pollWithin } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Further brokers beside those that serve, none of which is touched: kafka-operations §5.4. */
export const expandBrokers = defineWorkflow({
  Comment:
    'Add brokers: prepare them in parallel, let them in together, move replicas to them, prove each with a test record.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { phases: '{% $states.result.Payload.phases %}' },
      Next: 'ChooseNewBrokers',
    },
    ...joinPhase('RebalanceToo'),
    RebalanceToo: {
      Type: 'Choice',
      Choices: [{ Condition: "{% 'rebalanceCluster' in $phases %}", Next: 'PlanMoves' }],
      Default: 'ProveWithCanary',
    },
    ...rebalancePhase('ProveWithCanary'),
    ProveWithCanary: { Type: 'Task', Step: 'proveWithCanary', Retry: pollWithin(120), Next: 'CompleteOperation' },
    ...outcomes,
  },
})
