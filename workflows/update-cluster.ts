import { configPhase } from './fragments/config-phase.ts'
import { extendPhase } from './fragments/extend-phase.ts'
import { outcomes } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS, RETRY_CAPACITY } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/**
 * Several changes of what was ordered, in one operation: first what touches no broker, then what restarts none, and each node is
 * restarted once at most.
 * The configuration becomes the cluster's only when its phase begins, so that whatever starts Kafka before has the old one.
 */
export const updateCluster = defineWorkflow({
  Comment: 'Let in other clients, then grow the volumes, then change the Kafka configuration.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { phases: '{% $states.result.Payload.phases %}' },
      Next: 'EnsureSecurityGroup',
    },
    EnsureSecurityGroup: {
      Type: 'Task',
      Step: 'ensureSecurityGroup',
      Retry: RETRY_CAPACITY,
      Next: 'ChooseExtension',
    },
    ...extendPhase('ConfigurationToo'),
    ConfigurationToo: {
      Type: 'Choice',
      Choices: [{ Condition: "{% 'updateConfig' in $phases %}", Next: 'EnterUpdating' }],
      Default: 'CompleteOperation',
    },
    ...configPhase('CompleteOperation'),
    ...outcomes,
  },
})
