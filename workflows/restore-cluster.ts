import { bringBack } from './fragments/bring-back.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** What was deleted and is kept comes back as what is stopped does; what is cancelled on its way is left stopped. */
export const restoreCluster = defineWorkflow({
  Comment: 'Bring a deleted cluster back that is kept: every node gets a machine with its volume and address.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: bringBack,
})
