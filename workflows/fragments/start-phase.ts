import { pollWithin, RETRY_CAPACITY, RETRY_HOST_WAIT } from '../retry.ts'
import { forEachNode, stepForEachNode } from '../workflow.ts'
import { asking, deciding } from './border.ts'
import { fragment } from './fragment.ts'

/** Nodes that each get a machine with their volume and address, on which Kafka is started. */
const startEach = (what: 'Broker' | 'Controller') =>
  ({
    Type: 'Map',
    Items: '{% $node.nodes %}',
    MaxConcurrency: 40,
    ItemProcessor: forEachNode<string>({
      StartAt: `Ensure${what}`,
      States: {
        [`Ensure${what}`]: { Type: 'Task', Step: 'ensureInstance', Retry: RETRY_CAPACITY, Next: `Relaunch${what}` },
        [`Relaunch${what}`]: {
          Type: 'Task',
          Comment: 'A machine has ten minutes to boot and attach; from then on it reports every few seconds.',
          Step: 'relaunchKafka',
          Retry: RETRY_HOST_WAIT,
          TimeoutSeconds: 1200,
          HeartbeatSeconds: 600,
          End: true,
        },
      },
    }),
  }) as const

/**
 * Controllers first until the quorum has a leader, then brokers, until all are in sync and a record has come through. A wish to
 * pause or cancel leads to `onPause` and `onCancel`.
 */
export const startPhase = <Next extends string, Pause extends string, Cancel extends string>(
  next: Next,
  onPause: Pause,
  onCancel: Cancel,
) =>
  fragment([next, onPause, onCancel], {
    ChooseControllersToStart: asking('chooseControllersToStart', { Next: 'ControllersToStart' }),
    ControllersToStart: deciding<'EnterStartingControllers' | 'ChooseBrokersToStart' | Pause | Cancel>(
      { Go: 'EnterStartingControllers', Pause: onPause, Cancel: onCancel },
      'ChooseBrokersToStart',
    ),
    EnterStartingControllers: { Type: 'Task', Step: 'enterStarting', Next: 'StartControllers' },
    StartControllers: { ...startEach('Controller'), Next: 'AwaitQuorum' },
    AwaitQuorum: { Type: 'Task', Step: 'awaitQuorum', Retry: pollWithin(600), Next: 'ChooseBrokersToStart' },
    ChooseBrokersToStart: asking('chooseBrokersToStart', { Next: 'BrokersToStart' }),
    BrokersToStart: deciding<'EnterStarting' | 'AwaitAllInSync' | Pause | Cancel>(
      { Go: 'EnterStarting', Pause: onPause, Cancel: onCancel },
      'AwaitAllInSync',
    ),
    EnterStarting: { Type: 'Task', Step: 'enterStarting', Next: 'StartBrokers' },
    StartBrokers: { ...startEach('Broker'), Next: 'AwaitAllInSync' },
    AwaitAllInSync: {
      Type: 'Task',
      Comment: 'What was switched off recovers its logs, which may take hours.',
      Step: 'awaitAllInSync',
      Retry: pollWithin(21_600),
      Next: 'FinishStarted',
    },
    FinishStarted: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: stepForEachNode({ Step: 'finishNode' }),
      Next: 'ProveWithCanary',
    },
    ProveWithCanary: { Type: 'Task', Step: 'proveWithCanary', Retry: pollWithin(300), Next: next },
  })
