import { bringBack } from './fragments/bring-back.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** The same cluster again, on new machines. What is cancelled on its way is stopped again, which is its way back. */
export const startCluster = defineWorkflow({
  Comment:
    'Give every node a machine with its volume and address, controllers first, and prove the cluster with a test record.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: bringBack,
})
