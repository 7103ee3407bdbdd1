import { ends } from './fragments/outcomes.ts'
import { EXECUTION_LIMIT_SECONDS, RETRY_CAPACITY } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Other clients may reach the brokers, which notice nothing of it. */
export const updateNetwork = defineWorkflow({
  Comment: 'Let in who was ordered to be let in, then shut out all others.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: { Type: 'Task', Step: 'beginOperation', Next: 'EnsureSecurityGroup' },
    EnsureSecurityGroup: {
      Type: 'Task',
      Step: 'ensureSecurityGroup',
      Retry: RETRY_CAPACITY,
      Next: 'CompleteOperation',
    },
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', Next: 'Done' },
    ...ends,
  },
})
