import { fragment } from './fragment.ts'
import { outcomes } from './outcomes.ts'
import { startPhase } from './start-phase.ts'
import { stopPhase } from './stop-phase.ts'

/** The whole way of a cluster without machines to one that serves; what is cancelled on its way is stopped again. */
export const bringBack = {
  ...fragment(['ChooseControllersToStart'], {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { nodes: '{% $states.result.Payload.nodes %}' },
      Next: 'ChooseControllersToStart',
    },
  }),
  ...startPhase('CompleteOperation', 'RecordPaused', 'ChooseBrokersToStop'),
  ...stopPhase('RecordCancelled', 'RecordPaused', 'RecordCancelled'),
  ...outcomes,
} as const
