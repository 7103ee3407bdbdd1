import { pollWithin, RETRY_CAPACITY, RETRY_REMOVAL } from '../retry.ts'
import { forEachNode, type State, stepForEachNode } from '../workflow.ts'
import { atBorder, BORDER_EXITS } from './border.ts'
import { fragment } from './fragment.ts'
import { prepareHost } from './prepare-host.ts'

/** Asks which brokers still have to join, and whether somebody wishes otherwise. */
const choosing = <const Next extends string>(Next: Next): State<Next> => ({
  Type: 'Task',
  Step: 'chooseNewBrokers',
  Assign: { verdict: '{% $states.result.Payload.verdict %}', nodes: '{% $states.result.Payload.nodes %}' },
  Next,
})

/**
 * Brokers join a cluster that serves without them: kafka-operations §5.4, steps 1 to 8. Until the first of them is `Active` all can be
 * taken away again; the others know nothing of it.
 */
export const joinPhase = <Next extends string>(next: Next) =>
  fragment([next, ...BORDER_EXITS], {
    ChooseNewBrokers: choosing('NewBrokersVerdict'),
    NewBrokersVerdict: atBorder({ Withdraw: 'AssureEmptiness', Joined: 'ListBrokers' }, 'EnsureAddresses'),
    EnsureAddresses: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: forEachNode({
        StartAt: 'EnterBrokerStarting',
        States: {
          EnterBrokerStarting: { Type: 'Task', Step: 'enterBrokerStarting', Next: 'EnsureAddress' },
          EnsureAddress: { Type: 'Task', Step: 'ensureAddress', Retry: RETRY_CAPACITY, End: true },
        },
      }),
      Next: 'NameNewBrokers',
    },
    NameNewBrokers: {
      Type: 'Task',
      Comment:
        'Each host is told its name with all else that it shall be. The names of the cluster do not lead there yet.',
      Step: 'alignNames',
      Retry: RETRY_CAPACITY,
      Next: 'OpenPublicEntry',
    },
    OpenPublicEntry: { Type: 'Task', Step: 'alignPublicEntry', Retry: RETRY_CAPACITY, Next: 'AwaitNames' },
    AwaitNames: {
      Type: 'Task',
      Comment: 'A broker that has registered may lead a new topic at once, and clients are told its name.',
      Step: 'awaitNames',
      Retry: pollWithin(600),
      Next: 'PrepareHosts',
    },
    PrepareHosts: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 40,
      ItemProcessor: prepareHost,
      Next: 'CreateBrokers',
    },
    CreateBrokers: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: forEachNode({
        StartAt: 'EnterBrokerCreating',
        States: {
          EnterBrokerCreating: { Type: 'Task', Step: 'enterBrokerCreating', Next: 'AwaitBroker' },
          AwaitBroker: { Type: 'Task', Step: 'awaitBroker', Retry: pollWithin(180), End: true },
        },
      }),
      Next: 'AwaitPublicEntry',
    },
    AwaitPublicEntry: { Type: 'Task', Step: 'awaitPublicEntry', Retry: pollWithin(900), Next: 'ChooseOnceMore' },
    ChooseOnceMore: choosing('LastVerdict'),
    LastVerdict: atBorder({ Withdraw: 'AssureEmptiness' }, 'ActivateBrokers'),
    ActivateBrokers: {
      Type: 'Map',
      Comment: 'All of them are up. From the first one on there is no way back.',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: stepForEachNode({ Step: 'activateBroker' }),
      Next: 'ListBrokers',
    },
    ListBrokers: { Type: 'Task', Step: 'alignNames', Retry: RETRY_CAPACITY, Next: 'ListInPublicEntry' },
    ListInPublicEntry: { Type: 'Task', Step: 'alignPublicEntry', Retry: RETRY_CAPACITY, Next: next },
    AssureEmptiness: {
      Type: 'Map',
      Comment: 'Nothing is touched where one of them holds replicas already. Then nobody is led there any more.',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: stepForEachNode({ Step: 'assureEmpty' }),
      Next: 'EnterDeleting',
    },
    EnterDeleting: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: stepForEachNode({ Step: 'enterBrokerDeleting' }),
      Next: 'RemoveBrokerNames',
    },
    RemoveBrokerNames: { Type: 'Task', Step: 'alignNames', Retry: RETRY_REMOVAL, Next: 'CloseBrokerEntries' },
    CloseBrokerEntries: { Type: 'Task', Step: 'alignPublicEntry', Retry: RETRY_REMOVAL, Next: 'ReleaseInstances' },
    ReleaseInstances: {
      Type: 'Map',
      Comment: 'Given back and not removed: they get others where they join after all.',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: stepForEachNode({ Step: 'releaseInstance', Retry: RETRY_REMOVAL }),
      Next: 'UnregisterBrokers',
    },
    UnregisterBrokers: {
      Type: 'Map',
      Comment:
        'Where a topic was made on one of them in the last moment nothing of any is removed for good: resumed, all of them join.',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: stepForEachNode({ Step: 'unregisterBroker' }),
      Next: 'WithdrawBrokers',
    },
    WithdrawBrokers: {
      Type: 'Map',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: forEachNode({
        StartAt: 'RemoveVolume',
        States: {
          RemoveVolume: { Type: 'Task', Step: 'removeVolume', Retry: RETRY_REMOVAL, Next: 'RemoveAddress' },
          RemoveAddress: { Type: 'Task', Step: 'removeAddress', Retry: RETRY_REMOVAL, Next: 'WithdrawBroker' },
          WithdrawBroker: { Type: 'Task', Step: 'withdrawBroker', End: true },
        },
      }),
      Next: 'RecordCancelled',
    },
  })
