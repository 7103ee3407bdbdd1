import type { KafkaMembership } from './kafka-membership.ts'
import type { KafkaMoves } from './kafka-moves.ts'
import type { KafkaTarget } from './kafka-target.ts'

export type { KafkaTarget } from './kafka-target.ts'

/** A voter as the leader of the quorum sees it. */
export interface VoterView {
  readonly nodeId: number
  /** It has read to the end of the leader's log a moment ago. */
  readonly caughtUp: boolean
  /** Its log holds all that was ever committed. */
  readonly hasCommitted: boolean
}

/** The quorum as its leader sees it; `leaderId` is -1 while there is none. */
export interface QuorumView {
  readonly leaderId: number
  readonly voters: readonly VoterView[]
}

/** An unfenced broker of the metadata. */
export interface BrokerView {
  readonly nodeId: number
  readonly host: string
  readonly rack: string | undefined
}

export interface PartitionView {
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

export interface TopicView {
  readonly name: string
  readonly internal: boolean
  readonly partitions: readonly PartitionView[]
}

/** A log directory that is online. */
export interface LogDirView {
  readonly path: string
  /** Of the file system that it lies on. */
  readonly totalBytes: number
  readonly usableBytes: number
}

/**
 * A setting as one broker has it in force; `dynamicDefault` where it comes from the cluster's dynamic default, `overridden`
 * where it was set on that broker only.
 */
export interface BrokerSetting {
  readonly value: string | undefined
  readonly dynamicDefault: boolean
  readonly overridden: boolean
  /** What would be in force without any dynamic value: from the broker's file, else Kafka's own. */
  readonly beneath: string | undefined
}

/** A setting of a broker that was set while it runs: for the whole cluster, for this broker, or for both; empty where it is secret. */
export interface SettingFacts {
  /** What is in force. */
  readonly value: string | undefined
  readonly clusterDefault?: string
  readonly override?: string
}

/** What a broker says of itself. */
export interface BrokerFacts {
  /** The level of metadata that it works at, and the newest that its release knows. */
  readonly metadataLevel: number
  readonly newestMetadataLevel: number
  /** All of its settings. */
  readonly settings: ReadonlyMap<string, SettingFacts>
}

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly config: Readonly<Record<string, string>>
  /** Replicas per partition, where the caller places them itself. */
  readonly assignment?: readonly (readonly number[])[]
}

/** A permission on everything whose name begins with `prefix` (exactly `name` where literal). */
export interface AccessRule {
  readonly principal: string
  readonly resource: 'topic' | 'group' | 'transactionalId' | 'cluster'
  readonly pattern: 'literal' | 'prefixed'
  readonly name: string
  readonly operation:
    | 'Read'
    | 'Write'
    | 'Create'
    | 'Delete'
    | 'Alter'
    | 'Describe'
    | 'DescribeConfigs'
    | 'AlterConfigs'
    | 'IdempotentWrite'
    | 'All'
}

/**
 * What the control plane does with a running cluster. Every call may be repeated. KAFKA_UNAVAILABLE when no listener
 * answers within the call's own limit; a refusal by Kafka that a caller can mend is INVALID_FIELD with Kafka's words.
 */
export interface Kafka extends KafkaMoves, KafkaMembership {
  /** Asks the controllers; DescribeQuorum names the active controller, Metadata does not (kafka-operations §8.3). */
  quorum(target: KafkaTarget): Promise<QuorumView>
  /** The cluster id that Kafka itself reports and its unfenced brokers. */
  brokers(target: KafkaTarget): Promise<{ readonly kafkaClusterUuid: string; readonly brokers: readonly BrokerView[] }>
  /** All topics, internal ones too. */
  topics(target: KafkaTarget): Promise<readonly TopicView[]>
  /** The `min.insync.replicas` in force for each of these topics. */
  minInSyncReplicas(target: KafkaTarget, topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Those of these topics that have a `min.insync.replicas` of their own and do not take the cluster's. */
  topicsWithOwnMinInSync(target: KafkaTarget, topics: readonly string[]): Promise<ReadonlySet<string>>
  /** The log directories of one broker, as it sees them itself. KAFKA_UNAVAILABLE while it is not registered or one is offline. */
  logDirs(target: KafkaTarget, nodeId: number): Promise<readonly LogDirView[]>
  /**
   * Sets and deletes dynamic defaults of the whole cluster, all or none; with `validateOnly` Kafka only says whether it
   * would. INVALID_FIELD with Kafka's words where it refuses.
   */
  alterClusterConfig(
    target: KafkaTarget,
    sets: Readonly<Record<string, string>>,
    deletes: readonly string[],
    options: { readonly validateOnly: boolean },
  ): Promise<void>
  /** Sets dynamic settings on one broker only, told to itself, where they outrank the cluster's. INVALID_FIELD as above. */
  overrideOnBroker(target: KafkaTarget, nodeId: number, sets: Readonly<Record<string, string>>): Promise<void>
  /**
   * Takes such settings away again, also from a broker that is down: the controllers are told. None there is fine, and so is a
   * broker that is not registered: whoever forgets one takes its settings away before.
   */
  clearOverrides(target: KafkaTarget, nodeId: number, keys: readonly string[]): Promise<void>
  /** What one broker has in force for these keys, asked of the broker itself. KAFKA_UNAVAILABLE while it is not registered. */
  brokerConfig(
    target: KafkaTarget,
    nodeId: number,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, BrokerSetting>>
  /** What one broker says of itself, asked of the broker itself. KAFKA_UNAVAILABLE while it is not registered. */
  brokerFacts(target: KafkaTarget, nodeId: number): Promise<BrokerFacts>
  /** TOPIC_EXISTS when there is one of that name. */
  createTopic(target: KafkaTarget, topic: NewTopic): Promise<void>
  /** No such topic is fine. */
  deleteTopic(target: KafkaTarget, name: string): Promise<void>
  putUser(target: KafkaTarget, user: string, password: string): Promise<void>
  /** No such user is fine. */
  deleteUser(target: KafkaTarget, user: string): Promise<void>
  putAccessRules(target: KafkaTarget, rules: readonly AccessRule[]): Promise<void>
  /** Removes every rule of the principal. */
  deleteAccessRules(target: KafkaTarget, principal: string): Promise<void>
  /** Resolves when every broker takes the user's password and knows at least so many rules of it. */
  awaitUser(target: KafkaTarget, user: string, password: string, ruleCount: number): Promise<void>
  /**
   * Writes one record to each partition with acks=all through the client listener as that user, and reads them back.
   * CANARY_FAILED with what was missing.
   */
  roundTrip(target: KafkaTarget, user: string, password: string, caPem: string, topic: string): Promise<void>
}
