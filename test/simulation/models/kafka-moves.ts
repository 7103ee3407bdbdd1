import type { Clock } from '../../../shared/ports/clock.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import {
  type KafkaMoves,
  type PartitionName,
  type PartitionRefusal,
  THROTTLE_RATES,
  THROTTLED_REPLICAS,
  type WantedReplicas,
} from '../../../shared/ports/kafka-moves.ts'
import { copiedUntil } from './copying.ts'
import { type KafkaData, type Move, partitionKey, type ServingBroker, sizeOf } from './kafka-data.ts'

/** What the moves need of the rest of the model. */
export interface MovesParts {
  readonly clock: Pick<Clock, 'now'>
  /** The data of a cluster that answers through its brokers or through its controllers. */
  readonly metadata: (target: KafkaTarget) => Promise<KafkaData>
  readonly metadataOfControllers: (target: KafkaTarget) => Promise<KafkaData>
  readonly brokersUp: (clusterId: string) => readonly ServingBroker[]
  readonly unavailable: () => Error
}

/** Reassignments, throttles and elections as Kafka does them, whether or not anybody looks. */
export function movesModel(parts: MovesParts): KafkaMoves {
  const { metadata, metadataOfControllers, brokersUp, unavailable } = parts
  const refusal = (name: PartitionName, code: string): PartitionRefusal => ({
    topic: name.topic,
    partition: name.partition,
    code,
    detail: `Kafka answers ${code}.`,
  })
  const registered = (target: KafkaTarget, nodeId: number) =>
    brokersUp(target.clusterId).some((broker) => broker.nodeId === nodeId)

  return {
    reassignments: async (target) => {
      const { moves } = await metadata(target)
      return [...moves.values()].map(({ topic, partition, to, from, adding, removing }) => ({
        topic,
        partition,
        replicas: [...to, ...from.filter((nodeId) => !to.includes(nodeId))],
        adding,
        removing,
      }))
    },
    replicaSizes: async (target, nodeId) => {
      const data = await metadata(target)
      if (!registered(target, nodeId)) throw unavailable()
      return [...data.topics.values()].flatMap(({ name, replicas }) =>
        replicas.flatMap((ids, partition) => {
          const copied = data.moves.get(partitionKey(name, partition))?.copied.get(nodeId)
          if (copied === undefined && !ids.includes(nodeId)) return []
          const bytes = Math.floor(copied ?? sizeOf(data, name, partition))
          return [{ topic: name, partition, bytes, isFuture: false }]
        }),
      )
    },
    moveReplicas: async (target, moves) => {
      const data = await metadata(target)
      const ids = new Set(brokersUp(target.clusterId).map(({ nodeId }) => nodeId))
      return moves.flatMap((move) => {
        const code = begin(data, move, (nodeId) => ids.has(nodeId) || data.registered.has(nodeId))
        return code === undefined ? [] : [refusal(move, code)]
      })
    },
    cancelMoves: async (target, partitions) => {
      const { moves } = await metadata(target)
      for (const { topic, partition } of partitions) moves.delete(partitionKey(topic, partition))
      return []
    },
    throttleReplicas: async (target, throttled) => {
      const { topics, topicSettings } = await metadata(target)
      for (const { topic, leaders, followers } of throttled) {
        if (!topics.has(topic)) continue
        for (const [key, spots] of [
          [THROTTLED_REPLICAS.leaders, leaders],
          [THROTTLED_REPLICAS.followers, followers],
        ] as const) {
          const value = spots.map(({ partition, nodeId }) => `${partition}:${nodeId}`).join()
          if (value === '') topicSettings.delete(`${topic}/${key}`)
          else topicSettings.set(`${topic}/${key}`, value)
        }
      }
    },
    clearTopicThrottles: async (target, topics) => {
      const { topicSettings } = await metadata(target)
      for (const topic of topics)
        for (const key of Object.values(THROTTLED_REPLICAS)) topicSettings.delete(`${topic}/${key}`)
    },
    topicsWithThrottles: async (target) => throttledTopics(await metadata(target)),
    throttleBrokers: async (target, nodeIds, bytesPerSecond) => {
      const { overrides } = await metadataOfControllers(target)
      for (const nodeId of nodeIds)
        for (const key of THROTTLE_RATES) overrides.set(`${nodeId}/${key}`, String(Math.floor(bytesPerSecond)))
    },
    clearBrokerThrottles: async (target, nodeIds) => {
      const { overrides } = await metadataOfControllers(target)
      for (const nodeId of nodeIds) for (const key of THROTTLE_RATES) overrides.delete(`${nodeId}/${key}`)
    },
    brokersWithThrottles: async (target) => {
      const data = await metadata(target)
      const serving = brokersUp(target.clusterId).map(({ nodeId }) => nodeId)
      return throttledBrokers(data).filter((nodeId) => serving.includes(nodeId))
    },
    electPreferredLeaders: async (target, partitions) => {
      const data = await metadata(target)
      const inSync = new Set(
        brokersUp(target.clusterId).flatMap(({ nodeId, inSync: caughtUp }) => (caughtUp ? nodeId : [])),
      )
      return partitions.flatMap((name) => {
        const [first] = data.topics.get(name.topic)?.replicas[name.partition] ?? []
        if (first === undefined) return [refusal(name, 'UNKNOWN_TOPIC_OR_PARTITION')]
        if (!inSync.has(first)) return [refusal(name, 'PREFERRED_LEADER_NOT_AVAILABLE')]
        data.leaders.delete(partitionKey(name.topic, name.partition))
        return []
      })
    },
  }
}

/** The topics whose replicas are throttled. */
export function throttledTopics({ topicSettings }: Pick<KafkaData, 'topicSettings'>): readonly string[] {
  return [...new Set([...topicSettings.keys()].map((key) => key.split('/')[0] ?? ''))]
}

/** The brokers whose rates are limited, whether they serve or not. */
export function throttledBrokers({ overrides }: Pick<KafkaData, 'overrides'>): readonly number[] {
  const ids = [...overrides.keys()].flatMap((name) => {
    const [nodeId = '', key] = name.split('/')
    return THROTTLE_RATES.some((rate) => rate === key) ? [Number(nodeId)] : []
  })
  return [...new Set(ids)]
}

/** Begins a move; answers Kafka's refusal. A new target takes the place of the one before, and what was copied stays. */
function begin(
  data: KafkaData,
  { topic, partition, replicas: to }: WantedReplicas,
  exists: (nodeId: number) => boolean,
) {
  const placed = data.topics.get(topic)
  const from = placed?.replicas[partition]
  if (!placed || !from) return 'UNKNOWN_TOPIC_OR_PARTITION'
  const key = partitionKey(topic, partition)
  const adding = to.filter((nodeId) => !from.includes(nodeId))
  if (to.length === 0 || new Set(to).size < to.length || to.some((nodeId) => !exists(nodeId)))
    return 'INVALID_REPLICA_ASSIGNMENT'
  // Who leads goes on leading where it stays, until an election is asked for.
  data.leaders.set(key, data.leaders.get(key) ?? from[0] ?? -1)
  const before = data.moves.get(key)
  data.moves.delete(key)
  const removing = from.filter((nodeId) => !to.includes(nodeId))
  const copied = new Map(adding.map((nodeId) => [nodeId, before?.copied.get(nodeId) ?? 0]))
  if (adding.length === 0) finishMove(data, { topic, partition, to })
  else data.moves.set(key, { topic, partition, from, to, adding, removing, copied })
  return undefined
}

/** Brings the moves of a cluster up to now: those whose new replicas have caught up are over. */
export function advanceMoves(data: KafkaData, brokers: readonly ServingBroker[], now: number): void {
  while (data.moves.size > 0 && data.movedAt < now) {
    data.movedAt = copiedUntil(data, brokers, now)
    for (const move of [...data.moves.values()]) {
      const size = sizeOf(data, move.topic, move.partition)
      if ([...move.copied.values()].some((copied) => copied < size)) continue
      data.moves.delete(partitionKey(move.topic, move.partition))
      finishMove(data, move)
    }
  }
  data.movedAt = now
}

function finishMove(data: KafkaData, { topic, partition, to }: Pick<Move, 'topic' | 'partition' | 'to'>): void {
  const placed = data.topics.get(topic)
  if (!placed) return
  data.topics.set(topic, { ...placed, replicas: placed.replicas.with(partition, to) })
}
