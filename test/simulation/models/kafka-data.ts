import type { AccessRule, NewTopic } from '../../../shared/ports/kafka.ts'

/** A topic with the nodes that hold each partition, the preferred leader first. */
export interface PlacedTopic extends NewTopic {
  readonly replicas: readonly (readonly number[])[]
}

/** A partition on its way from some replicas to others. */
export interface Move {
  readonly topic: string
  readonly partition: number
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly adding: readonly number[]
  readonly removing: readonly number[]
  /** Bytes that each of the new replicas has. */
  readonly copied: Map<number, number>
}

/** What a cluster keeps on its volumes. */
export interface KafkaData {
  readonly topics: Map<string, PlacedTopic>
  readonly users: Map<string, string>
  readonly rules: AccessRule[]
  /** The dynamic defaults of all brokers. */
  readonly settings: Map<string, string>
  /** Dynamic settings of one broker, by `nodeId/key`. */
  readonly overrides: Map<string, string>
  /** Dynamic settings of a topic that throttle its replicas, by `topic/key`. */
  readonly topicSettings: Map<string, string>
  /** The size of one replica, by `topic-partition`, where it is not the usual one. */
  readonly sizes: Map<string, number>
  /** The moves under way, by `topic-partition`, as they were at `movedAt`. */
  readonly moves: Map<string, Move>
  movedAt: number
  /** Who leads a partition where that is not the first of its replicas that is in sync. */
  readonly leaders: Map<string, number>
  /** The release that each registered broker came with, also while it is fenced. */
  readonly registered: Map<number, string>
  /** The finalised levels; none before the first node was formatted. */
  readonly features: Map<string, number>
}

/** A broker that serves. */
export interface ServingBroker {
  readonly nodeId: number
  readonly upAt: number
  readonly inSync: boolean
}

/** The size of a replica unless a test says otherwise: 64 MiB. */
const USUAL_BYTES = 64 * 1024 ** 2

/** The data of a cluster that has none yet. */
export function noData(now: number): KafkaData {
  return {
    topics: new Map(),
    users: new Map(),
    rules: [],
    settings: new Map(),
    overrides: new Map(),
    topicSettings: new Map(),
    sizes: new Map(),
    moves: new Map(),
    movedAt: now,
    leaders: new Map(),
    registered: new Map(),
    features: new Map(),
  }
}

/** The name of a partition. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** The size of one replica of a partition. */
export function sizeOf({ sizes }: Pick<KafkaData, 'sizes'>, topic: string, partition: number): number {
  return sizes.get(partitionKey(topic, partition)) ?? USUAL_BYTES
}

/** What lies on a broker's volume. */
export function bytesOn(data: KafkaData, nodeId: number): number {
  let sum = 0
  for (const { name, replicas } of data.topics.values())
    for (const [partition, ids] of replicas.entries()) {
      const copied = data.moves.get(partitionKey(name, partition))?.copied.get(nodeId)
      sum += copied ?? (ids.includes(nodeId) ? sizeOf(data, name, partition) : 0)
    }
  return sum
}
