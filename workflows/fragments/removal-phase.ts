import { gatedHostWait, pollWithin, RETRY_CAPACITY, RETRY_HOST_WAIT, RETRY_REMOVAL } from '../retry.ts'
import { asking, atBorder, BORDER_EXITS, deciding } from './border.ts'
import { fragment } from './fragment.ts'

/**
 * One broker that holds nothing goes: kafka-operations §5.5, steps 5 to 9. Entered at `JudgeDrained`, or later by one that is on its way
 * already; `again` is where a broker on which something has landed meanwhile is emptied once more, `next` where the broker is gone.
 */
export const removalPhase = <Next extends string, Again extends string>(next: Next, again: Again) =>
  fragment([next, again, ...BORDER_EXITS], {
    JudgeDrained: asking('judgeDrained', { Node: '$node.nodeId', Retry: pollWithin(1800), Next: 'DrainedVerdict' }),
    DrainedVerdict: atBorder<Again, 'ClearBrokerConfig'>({ Holding: again }, 'ClearBrokerConfig'),
    ClearBrokerConfig: {
      Type: 'Task',
      Step: 'clearBrokerConfig',
      Node: '$node.nodeId',
      Retry: pollWithin(600),
      Next: 'StopBroker',
    },
    StopBroker: {
      Type: 'Task',
      Comment: 'A controlled shutdown takes five minutes at most; a host that says nothing for as long is lost.',
      Step: 'stopBroker',
      Node: '$node.nodeId',
      Retry: gatedHostWait(600),
      TimeoutSeconds: 1800,
      HeartbeatSeconds: 300,
      Next: 'JudgeStopped',
    },
    JudgeStopped: asking('judgeStopped', { Node: '$node.nodeId', Retry: pollWithin(1800), Next: 'StoppedVerdict' }),
    StoppedVerdict: deciding<Again | 'ReviveBroker' | 'EnterRemoval'>(
      { Holding: again, Revive: 'ReviveBroker' },
      'EnterRemoval',
    ),
    ReviveBroker: {
      Type: 'Task',
      Step: 'reviveBroker',
      Node: '$node.nodeId',
      Retry: RETRY_HOST_WAIT,
      TimeoutSeconds: 1800,
      HeartbeatSeconds: 300,
      Next: again,
    },
    EnterRemoval: { Type: 'Task', Step: 'enterRemoval', Node: '$node.nodeId', Next: 'ForgetBroker' },
    ForgetBroker: {
      Type: 'Task',
      Step: 'forgetBroker',
      Node: '$node.nodeId',
      Retry: pollWithin(1800),
      Next: 'RemoveBrokerNames',
    },
    RemoveBrokerNames: {
      Type: 'Task',
      Comment: 'Before its address is free for another cluster, which no name of this one may lead to.',
      Step: 'alignNames',
      Node: '$node.nodeId',
      Retry: RETRY_CAPACITY,
      Next: 'CloseBrokerEntry',
    },
    CloseBrokerEntry: {
      Type: 'Task',
      Step: 'alignPublicEntry',
      Node: '$node.nodeId',
      Retry: RETRY_CAPACITY,
      Next: 'RemoveInstance',
    },
    RemoveInstance: {
      Type: 'Task',
      Step: 'removeInstance',
      Node: '$node.nodeId',
      Retry: RETRY_REMOVAL,
      Next: 'RemoveVolume',
    },
    RemoveVolume: {
      Type: 'Task',
      Step: 'removeVolume',
      Node: '$node.nodeId',
      Retry: RETRY_REMOVAL,
      Next: 'RemoveAddress',
    },
    RemoveAddress: {
      Type: 'Task',
      Step: 'removeAddress',
      Node: '$node.nodeId',
      Retry: RETRY_REMOVAL,
      Next: 'FinishRemoval',
    },
    FinishRemoval: { Type: 'Task', Step: 'finishRemoval', Node: '$node.nodeId', Next: next },
  })
