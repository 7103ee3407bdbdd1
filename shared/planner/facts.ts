import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { HostReport } from '../host-protocol/report.ts'
import type { TenantRecord } from '../records/tenant.ts'
import type { LiveLayout } from '../state/see-layout.ts'
import type { SeenTopics } from './exposed-partitions.ts'

/** The topics as Kafka itself tells of them, and which of them set `min.insync.replicas` themselves. */
export interface SeenKafkaTopics extends SeenTopics {
  readonly ownMinInSync: ReadonlySet<string>
}

/** What a plan depends on besides the cluster's own records. All of it is optional knowledge but the time. */
export interface PlanFacts {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The volumes as the hosts reported them, by node id. */
  readonly volumes?: ReadonlyMap<number, HostReport['volume']>
  readonly tenant?: Pick<TenantRecord, 'limits' | 'usage'>
  /** Keys of the tenant's configuration that stand in the file of some host; absent where nothing is known. */
  readonly configKeysInFiles?: ReadonlySet<string>
  /** Absent where nobody has asked Kafka, `unknown` where it did not answer. */
  readonly topics?: SeenKafkaTopics | 'unknown' | undefined
  /** The oldest release that a node runs, where that may not be the cluster's own. */
  readonly oldestVersion?: KafkaVersion
  /** The ids that Kafka has registered as brokers; absent where nobody has asked, `unknown` where it does not tell. */
  readonly registeredBrokers?: readonly number[] | 'unknown' | undefined
  /** Where every replica is; asked for where the number of brokers falls. Absent and `unknown` as above. */
  readonly layout?: LiveLayout | 'unknown' | undefined
  /** The brokers that a caller wants to leave; absent where the choice is ours. */
  readonly leaving?: readonly number[] | undefined
  /** How long a step took before, in seconds: `stepSeconds.get('growVolume')`. */
  readonly stepSeconds?: ReadonlyMap<string, number>
}
