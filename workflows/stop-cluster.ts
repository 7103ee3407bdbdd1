import { outcomes } from './fragments/outcomes.ts'
import { startPhase } from './fragments/start-phase.ts'
import { stopPhase } from './fragments/stop-phase.ts'
import { EXECUTION_LIMIT_SECONDS } from './retry.ts'
import { defineWorkflow } from './workflow.ts'

/** Compute is given back, data and identity stay. What is cancelled on its way is started again, which is its way back. */
export const stopCluster = defineWorkflow({
  Comment: 'Stop all nodes in their own time and give their machines back; volumes, addresses and names stay.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { nodes: '{% $states.result.Payload.nodes %}' },
      Next: 'ChooseBrokersToStop',
    },
    ...stopPhase('CompleteOperation', 'RecordPaused', 'ChooseControllersToStart'),
    ...startPhase('RecordCancelled', 'RecordPaused', 'RecordCancelled'),
    ...outcomes,
  },
})
