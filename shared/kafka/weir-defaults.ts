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

/** A topic's replicas and how many of them must be in sync to write. */
export interface Replication {
  readonly replicas: number
  readonly inSync: number
}

/** Three replicas where there are three brokers, and one less in sync, so that one broker may be away. */
export function defaultReplication(brokerCount: number, tenantReplicas: string | undefined): Replication {
  const replicas = tenantReplicas === undefined ? Math.min(3, brokerCount) : Number(tenantReplicas)
  return { replicas, inSync: Math.max(1, replicas - 1) }
}

const isController = (input: DefaultsInput): boolean => input.roles.includes('controller')

const isBroker = (input: DefaultsInput): boolean => input.roles.includes('broker')

function durability(input: DefaultsInput): readonly Entry[] {
  return [
    // Controllers apply these when they create topics, so they stand on every node.
    ...replicationOf(input, 'default.replication.factor', 'min.insync.replicas'),
    ['num.partitions', '3'],
    ['unclean.leader.election.enable', 'false'],
    ['auto.leader.rebalance.enable', 'true'],
    ...(isBroker(input)
      ? ([
          ['auto.create.topics.enable', 'false'],
          ...replicationOf(input, 'offsets.topic.replication.factor'),
          ...replicationOf(input, 'transaction.state.log.replication.factor', 'transaction.state.log.min.isr'),
          ...(isKafka4(input.kafkaVersion) ? shareCoordinatorReplication(input) : []),
        ] as const)
      : []),
  ]
}

function shareCoordinatorReplication(input: DefaultsInput): readonly Entry[] {
  const topic = 'share.coordinator.state.topic'
  return replicationOf(input, `${topic}.replication.factor`, `${topic}.min.isr`)
}

function replicationOf(input: DefaultsInput, replicasKey: string, inSyncKey?: string): readonly Entry[] {
  const { replicas, inSync } = defaultReplication(input.brokerCount, input.tenantConfig[replicasKey])
  return [[replicasKey, String(replicas)], ...(inSyncKey === undefined ? [] : ([[inSyncKey, String(inSync)]] as const))]
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
    ...(isBroker(input) ? ([['broker.heartbeat.interval.ms', '2000']] as const) : []),
  ]
}

function sizing(input: DefaultsInput): readonly Entry[] {
  const profile = input.profile
  return [
    ['num.network.threads', String(profile.networkThreads)],
    ['num.io.threads', String(profile.ioThreads)],
    ...(isBroker(input)
      ? ([
          ['num.replica.fetchers', String(profile.replicaFetchers)],
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
