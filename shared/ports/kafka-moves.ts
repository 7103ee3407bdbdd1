import type { KafkaTarget } from './kafka-target.ts'

export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

/** The replicas that a partition shall have, the preferred leader first. */
export interface WantedReplicas extends PartitionName {
  readonly replicas: readonly number[]
}

/** A move under way: `replicas` are the old and the new ones together until it ends. */
export interface MoveView extends WantedReplicas {
  readonly adding: readonly number[]
  readonly removing: readonly number[]
}

/** What Kafka does not do for one of several partitions. */
export interface PartitionRefusal extends PartitionName {
  /** Kafka's name of the error. */
  readonly code: string
  readonly detail: string
}

/** A replica that a broker holds. */
export interface ReplicaSize extends PartitionName {
  readonly bytes: number
  /** It is being copied between two directories of this broker. */
  readonly isFuture: boolean
}

/** A replica on a broker. */
export interface ReplicaSpot {
  readonly partition: number
  readonly nodeId: number
}

/** The replicas of a topic between which throttled copying goes: all others are copied at full speed. */
export interface ThrottledReplicas {
  readonly topic: string
  /** Those that give. */
  readonly leaders: readonly ReplicaSpot[]
  /** Those that take. */
  readonly followers: readonly ReplicaSpot[]
}

/** The settings of a topic that say which of its replicas are throttled, as `partition:nodeId,…`. */
export const THROTTLED_REPLICAS = {
  leaders: 'leader.replication.throttled.replicas',
  followers: 'follower.replication.throttled.replicas',
} as const

/** The dynamic settings of a broker, in bytes per second, that throttle what it gives and takes of those. */
export const THROTTLE_RATES = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'] as const

/** Moving replicas between brokers. Every call may be repeated. */
export interface KafkaMoves {
  /** The partitions that are being moved between brokers now. */
  reassignments(target: KafkaTarget): Promise<readonly MoveView[]>
  /**
   * Every replica on that broker, asked of the broker itself, and so also those that the metadata no longer tells of.
   * KAFKA_UNAVAILABLE while it is not registered or a directory of it is offline.
   */
  replicaSizes(target: KafkaTarget, nodeId: number): Promise<readonly ReplicaSize[]>
  /**
   * Begins moves, each on its own: answers those that Kafka refuses. A partition that is as wanted or on its way there is
   * none of them; one on its way elsewhere goes the new way. From 4.1 on Kafka refuses another number of replicas.
   */
  moveReplicas(target: KafkaTarget, moves: readonly WantedReplicas[]): Promise<readonly PartitionRefusal[]>
  /** Brings the old replicas back. None under way is fine, and so is a topic that is gone. */
  cancelMoves(target: KafkaTarget, partitions: readonly PartitionName[]): Promise<readonly PartitionRefusal[]>
  /** Says which replicas of these topics are throttled, in place of what was said before. A topic that is gone is fine. */
  throttleReplicas(target: KafkaTarget, throttled: readonly ThrottledReplicas[]): Promise<void>
  /** None there is fine, and so is a topic that is gone. */
  clearTopicThrottles(target: KafkaTarget, topics: readonly string[]): Promise<void>
  /** All topics with throttled replicas, whoever said so. */
  topicsWithThrottles(target: KafkaTarget): Promise<readonly string[]>
  /**
   * Limits what these brokers give and take of throttled replicas, told to the controllers, so that a broker that is
   * down learns of it when it comes back.
   */
  throttleBrokers(target: KafkaTarget, nodeIds: readonly number[], bytesPerSecond: number): Promise<void>
  /** Takes that limit away, also from brokers that are down or no longer registered. None there is fine. */
  clearBrokerThrottles(target: KafkaTarget, nodeIds: readonly number[]): Promise<void>
  /** Those of the registered brokers that have such a limit, whoever set it; the others cannot be asked. */
  brokersWithThrottles(target: KafkaTarget): Promise<readonly number[]>
  /**
   * Makes the first replica the leader where it is not. Answers those that could not be elected, because their first
   * replica is not in sync or is down.
   */
  electPreferredLeaders(target: KafkaTarget, partitions: readonly PartitionName[]): Promise<readonly PartitionRefusal[]>
}
