import { outcomes } from './fragments/outcomes.ts'
import { startPhase } from './fragments/start-phase.ts'
import { stopPhase } from './fragments/stop-phase.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** What was deleted and is kept comes back as what is stopped does; what is cancelled on its way is left stopped. */
export const restoreCluster = defineWorkflow({
  Comment: 'Bring a deleted cluster back that is kept: every node gets a machine with its volume and address.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { nodes: '{% $states.result.Payload.nodes %}' },
      Next: 'ChooseControllersToStart',
    },
    ...startPhase('CompleteOperation', 'RecordPaused', 'ChooseBrokersToStop'),
    ...stopPhase('RecordCancelled', 'RecordPaused', 'RecordCancelled'),
    ...outcomes,
  },
})
