import { RETRY_CAPACITY, RETRY_HOST_WAIT } from '../retry.ts'
import { forEachNode } from '../workflow.ts'

/** What a node gets that has nothing but its address yet: a volume, a machine, and Kafka on it. */
export const prepareHost = forEachNode({
  StartAt: 'EnsureVolume',
  States: {
    EnsureVolume: { Type: 'Task', Step: 'ensureVolume', Retry: RETRY_CAPACITY, Next: 'EnsureInstance' },
    EnsureInstance: { Type: 'Task', Step: 'ensureInstance', Retry: RETRY_CAPACITY, Next: 'LaunchKafka' },
    LaunchKafka: {
      Type: 'Task',
      Comment: 'A machine has ten minutes to boot and attach; from then on it reports every few seconds.',
      Step: 'launchKafka',
      Retry: RETRY_HOST_WAIT,
      TimeoutSeconds: 1200,
      HeartbeatSeconds: 600,
      End: true,
    },
  },
})
