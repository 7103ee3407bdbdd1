import { pollWithin, RETRY_HOST_WAIT } from '../retry.ts'
import { asking, atBorder, BORDER_EXITS } from './border.ts'
import { fragment } from './fragment.ts'

/** Larger volumes with Kafka running on them, broker by broker: kafka-operations §5.2. */
export const extendPhase = <Next extends string>(next: Next) =>
  fragment([next, ...BORDER_EXITS], {
    ChooseExtension: asking('chooseExtension', { Next: 'ExtensionVerdict' }),
    ExtensionVerdict: atBorder({ Grow: 'EnterExtending', Verify: 'VerifyVolume' }, next),
    EnterExtending: { Type: 'Task', Step: 'enterExtending', Node: '$node.nodeId', Next: 'GrowVolume' },
    GrowVolume: {
      Type: 'Task',
      Comment: 'The new size can be used within minutes; that EBS goes on optimising for hours disturbs nobody.',
      Step: 'growVolume',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      Next: 'GrowFileSystem',
    },
    GrowFileSystem: {
      Type: 'Task',
      Comment: 'A host pulls its new size within seconds. One that says nothing for five minutes is lost.',
      Step: 'growFileSystem',
      Node: '$node.nodeId',
      Retry: RETRY_HOST_WAIT,
      TimeoutSeconds: 2700,
      HeartbeatSeconds: 300,
      Next: 'ChooseExtension',
    },
    VerifyVolume: {
      Type: 'Task',
      Comment: 'A broker that was down recovers its log first.',
      Step: 'verifyVolume',
      Node: '$node.nodeId',
      Retry: pollWithin(2700),
      Next: 'FinishExtension',
    },
    FinishExtension: { Type: 'Task', Step: 'finishExtension', Node: '$node.nodeId', Next: 'ChooseExtension' },
  })
