import { RETRY_BEFORE_PARK, RETRY_REMOVAL } from '../retry.ts'
import { forEachNode } from '../workflow.ts'
import { asking, deciding } from './border.ts'
import { fragment } from './fragment.ts'

/** Nodes of which each is stopped, bounded, and then gives its machine back. A name of a state is used once in a workflow. */
const stopEach = (what: 'Broker' | 'Controller', atATime: number) =>
  ({
    Type: 'Map',
    Items: '{% $node.nodes %}',
    MaxConcurrency: atATime,
    ItemProcessor: forEachNode<string>({
      StartAt: `Stop${what}`,
      States: {
        [`Stop${what}`]: {
          Type: 'Task',
          Comment: 'What does not end within ten minutes, or is not heard of for two, is switched off.',
          Step: 'stopKafka',
          Retry: RETRY_BEFORE_PARK,
          TimeoutSeconds: 600,
          HeartbeatSeconds: 120,
          OnError: `Release${what}`,
          Next: `Release${what}`,
        },
        [`Release${what}`]: {
          Type: 'Task',
          Step: 'releaseInstance',
          Retry: RETRY_REMOVAL,
          Next: `FinishStopped${what}`,
        },
        [`FinishStopped${what}`]: { Type: 'Task', Step: 'finishStopped', End: true },
      },
    }),
  }) as const

/**
 * Brokers first, all together, then controllers, the active one last; each gives its machine back when Kafka has ended on it.
 * A wish to pause or cancel leads to `onPause` and `onCancel`.
 */
export const stopPhase = <Next extends string, Pause extends string, Cancel extends string>(
  next: Next,
  onPause: Pause,
  onCancel: Cancel,
) =>
  fragment([next, onPause, onCancel], {
    ChooseBrokersToStop: asking('chooseBrokersToStop', { Next: 'BrokersToStop' }),
    BrokersToStop: deciding<'EnterStopping' | 'ChooseControllersToStop' | Pause | Cancel>(
      { Go: 'EnterStopping', Pause: onPause, Cancel: onCancel },
      'ChooseControllersToStop',
    ),
    EnterStopping: { Type: 'Task', Step: 'enterStopping', Next: 'StopBrokers' },
    StopBrokers: { ...stopEach('Broker', 10), Next: 'ChooseControllersToStop' },
    ChooseControllersToStop: asking('chooseControllersToStop', { Next: 'ControllersToStop' }),
    ControllersToStop: deciding<'EnterStoppingControllers' | Next | Pause | Cancel>(
      { Go: 'EnterStoppingControllers', Pause: onPause, Cancel: onCancel },
      next,
    ),
    EnterStoppingControllers: { Type: 'Task', Step: 'enterStopping', Next: 'StopControllers' },
    StopControllers: { ...stopEach('Controller', 1), Next: next },
  })
