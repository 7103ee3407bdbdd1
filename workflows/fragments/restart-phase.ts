import { gatedHostWait, pollWithin } from '../retry.ts'
import { asking, atBorder, BORDER_EXITS } from './border.ts'
import { fragment } from './fragment.ts'

/** A stop and start behind gates, which are asked for an hour; log recovery may take hours, in which the host reports. */
export const GATED_RESTART = { Retry: gatedHostWait(3600), TimeoutSeconds: 21_600, HeartbeatSeconds: 300 } as const

/**
 * Kafka is restarted node by node, the active controller last, each back in sync before the next; the gates are asked right
 * before each stop (kafka-operations §5.3). What fails goes to `onError`. `how` is a state that may choose another way to
 * restart than `RestartKafka`; each goes on to `AwaitInSync`.
 */
export const restartPhase = <Next extends string, OnError extends string, How extends string = never>(
  next: Next,
  onError: OnError,
  how?: How,
) =>
  fragment([next, onError, ...(how === undefined ? [] : [how]), ...BORDER_EXITS], {
    ChooseNode: asking('chooseNode', { Next: 'NodeVerdict', OnError: onError }),
    NodeVerdict: atBorder({ Next: 'EnterRebooting' }, next),
    EnterRebooting: {
      Type: 'Task',
      Step: 'enterRebooting',
      Node: '$node.nodeId',
      OnError: onError,
      Next: how ?? 'RestartKafka',
    },
    RestartKafka: {
      Type: 'Task',
      Step: 'restartKafka',
      Node: '$node.nodeId',
      ...GATED_RESTART,
      OnError: onError,
      Next: 'AwaitInSync',
    },
    AwaitInSync: {
      Type: 'Task',
      Comment: 'A node that gets on is waited for; the step itself refuses to wait for one that does not.',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(21_600),
      OnError: onError,
      Next: 'FinishNode',
    },
    FinishNode: { Type: 'Task', Step: 'finishNode', Node: '$node.nodeId', OnError: onError, Next: 'ChooseNode' },
  })
