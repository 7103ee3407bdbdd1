import { ends } from './fragments/outcomes.ts'
import { prepareHost } from './fragments/prepare-host.ts'
import { EXECUTION_LIMIT_SECONDS, pollWithin, RETRY_CAPACITY } from './retry.ts'
import { defineWorkflow, forEachNode, stepForEachNode } from './workflow.ts'

/** From an accepted order to a cluster that has proven itself: kafka-operations §5.1. */
export const createCluster = defineWorkflow({
  Comment: 'Bring up a cluster: prepare its hosts in parallel, record broker by broker, prove it with a test record.',
  StartAt: 'BeginOperation',
  TimeoutSeconds: EXECUTION_LIMIT_SECONDS,
  OnError: 'RecordFailure',
  States: {
    BeginOperation: {
      Type: 'Task',
      Step: 'beginOperation',
      Assign: { nodes: '{% $states.result.Payload.nodes %}', brokers: '{% $states.result.Payload.brokers %}' },
      Next: 'EnsureAuthority',
    },
    EnsureAuthority: { Type: 'Task', Step: 'ensureAuthority', Next: 'EnsureSecurityGroup' },
    EnsureSecurityGroup: {
      Type: 'Task',
      Comment: 'Addresses bear it from their first moment.',
      Step: 'ensureSecurityGroup',
      Retry: RETRY_CAPACITY,
      Next: 'EnsureAddresses',
    },
    EnsureAddresses: {
      Type: 'Map',
      Comment: 'Every address must be known before any host is configured: the list of voters names them all.',
      Items: '{% $nodes %}',
      MaxConcurrency: 10,
      ItemProcessor: stepForEachNode({ Step: 'ensureAddress', Retry: RETRY_CAPACITY }),
      Next: 'EnsurePublicEntry',
    },
    EnsurePublicEntry: {
      Type: 'Task',
      Comment: 'It takes minutes to come up, as machines do.',
      Step: 'ensurePublicEntry',
      Retry: RETRY_CAPACITY,
      Next: 'EnsurePublicNames',
    },
    EnsurePublicNames: { Type: 'Task', Step: 'ensurePublicNames', Retry: RETRY_CAPACITY, Next: 'EnsureNames' },
    EnsureNames: {
      Type: 'Task',
      Comment: 'Each host is told its name with all else that it shall be, so that no broker ever starts without.',
      Step: 'ensureNames',
      Retry: RETRY_CAPACITY,
      Next: 'PrepareHosts',
    },
    PrepareHosts: {
      Type: 'Map',
      Comment: 'Kafka starts on each host as soon as that host is ready.',
      Items: '{% $nodes %}',
      MaxConcurrency: 40,
      ItemProcessor: prepareHost,
      Next: 'EnterCreating',
    },
    EnterCreating: { Type: 'Task', Step: 'enterCreating', Next: 'AwaitQuorum' },
    AwaitQuorum: { Type: 'Task', Step: 'awaitQuorum', Retry: pollWithin(120), Next: 'CreateBrokers' },
    CreateBrokers: {
      Type: 'Map',
      Comment: 'They come up together and are recorded one after the other.',
      Items: '{% $nodes %}',
      MaxConcurrency: 1,
      ItemProcessor: forEachNode({
        StartAt: 'EnterBrokerCreating',
        States: {
          EnterBrokerCreating: { Type: 'Task', Step: 'enterBrokerCreating', Next: 'AwaitBroker' },
          AwaitBroker: { Type: 'Task', Step: 'awaitBroker', Retry: pollWithin(180), Next: 'ActivateBroker' },
          ActivateBroker: { Type: 'Task', Step: 'activateBroker', End: true },
        },
      }),
      Next: 'AwaitNames',
    },
    AwaitNames: { Type: 'Task', Step: 'awaitNames', Retry: pollWithin(600), Next: 'AwaitPublicEntry' },
    AwaitPublicEntry: { Type: 'Task', Step: 'awaitPublicEntry', Retry: pollWithin(900), Next: 'CreateTopics' },
    CreateTopics: { Type: 'Task', Step: 'createTopics', Next: 'ProveWithCanary' },
    ProveWithCanary: { Type: 'Task', Step: 'proveWithCanary', Retry: pollWithin(120), Next: 'CompleteOperation' },
    CompleteOperation: { Type: 'Task', Step: 'completeOperation', Next: 'Done' },
    ...ends,
  },
})
