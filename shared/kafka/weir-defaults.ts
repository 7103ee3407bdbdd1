import type { ProcessProfile } from '../catalogue/instance-types.ts'
import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { KafkaRole } from './listeners.ts'
import { isKafka4 } from './release-line.ts'

/** What Weir's own defaults depend on. */
export interface DefaultsInput {
  readonly roles: readonly KafkaRole[]
  readonly kafkaVersion: KafkaVersion
  readonly brokerCount: number
  readonly profile: ProcessProfile
  readonly tenantConfig: Readonly<Record<string, string>>
}

type Entry = readonly [key: string, value: string]

/** The settings that Weir gives where the tenant has none: durable first, then sized to the host. */
export function weirDefaults(input: DefaultsInput): readonly Entry[] {
  return [...durability(input), ...timing(input), ...sizing(input)]
}

/** Three replicas, of which one may be missing, wherever there are three brokers. */
export function replicaDefaults(brokerCount: number): { readonly replicas: number; readonly inSync: number } {
  const replicas = Math.min(3, brokerCount)
  return { replicas, inSync: Math.max(1, replicas - 1) }
}

const isController = (input: DefaultsInput): boolean => input.roles.includes('controller')

const isBroker = (input: DefaultsInput): boolean => input.roles.includes('broker')

function durability(input: DefaultsInput): readonly Entry[] {
  const defaults = replicaDefaults(input.brokerCount)
  const [replicas, inSync] = [String(defaults.replicas), String(defaults.inSync)]
  return [
    // Controllers apply these when they create topics, so they stand on every node.
    ['default.replication.factor', replicas],
    ['min.insync.replicas', inSync],
    ['num.partitions', '3'],
    ['unclean.leader.election.enable', 'false'],
    ['auto.leader.rebalance.enable', 'true'],
    ...(isBroker(input)
      ? ([
          ['auto.create.topics.enable', 'false'],
          ['offsets.topic.replication.factor', replicas],
          ['transaction.state.log.replication.factor', replicas],
          ['transaction.state.log.min.isr', inSync],
          ...(isKafka4(input.kafkaVersion)
            ? ([
                ['share.coordinator.state.topic.replication.factor', replicas],
                ['share.coordinator.state.topic.min.isr', inSync],
              ] as const)
            : []),
          ['controlled.shutdown.enable', 'true'],
          ['replica.selector.class', 'org.apache.kafka.common.replica.RackAwareReplicaSelector'],
        ] as const)
      : []),
  ]
}

/** Kafka's own defaults, written out because the safety checks of rolling operations count on them. */
function timing(input: DefaultsInput): readonly Entry[] {
  return [
    ...(isController(input)
      ? ([
          ['controller.quorum.fetch.timeout.ms', '2000'],
          ['controller.quorum.election.timeout.ms', '1000'],
          ['broker.session.timeout.ms', '9000'],
        ] as const)
      : []),
    ...(isBroker(input)
      ? ([
          ['broker.heartbeat.interval.ms', '2000'],
          ['initial.broker.registration.timeout.ms', '60000'],
        ] as const)
      : []),
  ]
}

function sizing(input: DefaultsInput): readonly Entry[] {
  const profile = input.profile
  return [
    ['num.network.threads', String(profile.networkThreads)],
    ['num.io.threads', String(profile.ioThreads)],
    ...(isBroker(input)
      ? ([
          ['num.replica.fetchers', '2'],
          ['num.recovery.threads.per.data.dir', String(profile.recoveryThreads)],
          ['log.cleaner.dedupe.buffer.size', String(dedupeBufferBytes(input))],
          ['offsets.topic.num.partitions', String(profile.internalTopicPartitions)],
          ['transaction.state.log.num.partitions', String(profile.internalTopicPartitions)],
        ] as const)
      : []),
  ]
}

// Kafka demands more than 1 MiB for each cleaner thread and refuses to start otherwise.
const dedupeBytesPerThread = 2 * 1_048_576

function dedupeBufferBytes({ profile, tenantConfig }: DefaultsInput): number {
  const threads = Number(tenantConfig['log.cleaner.threads'] ?? 1)
  return Math.max(profile.logCleanerDedupeBufferBytes, threads * dedupeBytesPerThread)
}
