import { gatedHostWait, pollWithin } from '../retry.ts'
import { asking, atBorder, BORDER_EXITS } from './border.ts'
import { fragment } from './fragment.ts'

/**
 * Kafka is restarted node by node, the active controller last, each back in sync before the next; the gates are asked right
 * before each stop (kafka-operations §5.3). What fails goes to `onError`.
 */
export const restartPhase = <Next extends string, OnError extends string>(next: Next, onError: OnError) =>
  fragment([next, onError, ...BORDER_EXITS], {
    ChooseNode: asking('chooseNode', { Next: 'NodeVerdict', OnError: onError }),
    NodeVerdict: atBorder({ Next: 'EnterRebooting' }, next),
    EnterRebooting: {
      Type: 'Task',
      Step: 'enterRebooting',
      Node: '$node.nodeId',
      OnError: onError,
      Next: 'RestartKafka',
    },
    RestartKafka: {
      Type: 'Task',
      Comment:
        'Gates are retried for an hour; log recovery may take hours, in which the host reports every few seconds.',
      Step: 'restartKafka',
      Node: '$node.nodeId',
      Retry: gatedHostWait(3600),
      TimeoutSeconds: 21_600,
      HeartbeatSeconds: 300,
      OnError: onError,
      Next: 'AwaitInSync',
    },
    AwaitInSync: {
      Type: 'Task',
      Step: 'awaitInSync',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      OnError: onError,
      Next: 'FinishNode',
    },
    FinishNode: { Type: 'Task', Step: 'finishNode', Node: '$node.nodeId', OnError: onError, Next: 'ChooseNode' },
  })
