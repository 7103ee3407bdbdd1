import { pollWithin } from '../retry.ts'
import type { StepName } from '../steps/steps.ts'
import { asking, deciding } from './border.ts'
import { fragment } from './fragment.ts'
import { GATED_RESTART } from './restart-phase.ts'

/**
 * A roll has failed: the node that did not come back gets what it ran with before, under the same gates, and is awaited; then
 * `revert` takes back what was ordered. Entered at `JudgeFailure`.
 */
export const restorePhase = <Revert extends string>(
  judge: Extract<StepName, `judge${string}Failure`>,
  revert: Revert,
) =>
  fragment([revert, 'RecordFailure'], {
    JudgeFailure: asking(judge, { OnError: 'RecordFailure', Next: 'Judged' }),
    Judged: deciding<'RestoreNode' | Revert>({ Restore: 'RestoreNode' }, revert),
    RestoreNode: {
      Type: 'Task',
      Step: 'restoreNode',
      Node: '$node.nodeId',
      ...GATED_RESTART,
      OnError: 'RecordFailure',
      Next: 'AwaitRestored',
    },
    AwaitRestored: {
      Type: 'Task',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(21_600),
      OnError: 'RecordFailure',
      Next: revert,
    },
  })
