import type { TopicView } from '../../ports/kafka.ts'
import type { MoveView, ReplicaSize } from '../../ports/kafka-moves.ts'
import type { BrokerRecord } from '../../records/cluster.ts'
import type { BrokerSpot, Layout, PartitionSpot } from './layout.ts'

const GIB = 1024 ** 3

/** What Kafka says of where replicas are. */
export interface SeenReplicas {
  readonly topics: readonly TopicView[]
  readonly moving: readonly MoveView[]
  /** By broker. */
  readonly sizes: ReadonlyMap<number, readonly ReplicaSize[]>
}

/** A layout to plan on, and the partitions that cannot be planned, as `topic-partition`. */
export interface SeenLayout extends Layout {
  /** They have no leader, from which they could be copied, or a replica on a broker that does not belong to the cluster. */
  readonly unmovable: readonly string[]
}

/** Where everything is, or is on its way to: the layout of which a rebalance is planned. */
export function layoutOf(
  nodes: readonly BrokerRecord[],
  leaving: readonly number[],
  { topics, moving, sizes }: SeenReplicas,
): SeenLayout {
  const brokers = nodes
    .filter(({ roles }) => roles.includes('broker'))
    .map(
      ({ nodeId, zone, volumeGiB }): BrokerSpot => ({
        nodeId,
        zone,
        capacityBytes: volumeGiB * GIB,
        leaving: leaving.includes(nodeId),
      }),
    )
  const known = new Set(brokers.map(({ nodeId }) => nodeId))
  const targets = new Map(moving.map((move) => [nameOf(move), targetOf(move)]))
  const bytesOf = sizesByName(sizes)
  const partitions: PartitionSpot[] = []
  const unmovable: string[] = []
  for (const { name: topic, partitions: views } of topics) {
    for (const { partition, leader, replicas: now } of views) {
      const name = nameOf({ topic, partition })
      const replicas = targets.get(name) ?? now
      if (leader < 0 || replicas.some((nodeId) => !known.has(nodeId))) unmovable.push(name)
      else partitions.push({ topic, partition, replicas, sizeBytes: sizeOf(bytesOf.get(name), leader) })
    }
  }
  return { brokers, partitions, unmovable }
}

/** Where a partition is going that is being moved: its replicas without those that it will lose, in the order they will have. */
export function targetOf({ replicas, removing }: Pick<MoveView, 'replicas' | 'removing'>): readonly number[] {
  return replicas.filter((nodeId) => !removing.includes(nodeId))
}

/** What people and records call a partition. */
export function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}-${partition}`
}

/** The size of each replica by its partition's name and its broker. */
export function sizesByName(
  sizes: ReadonlyMap<number, readonly ReplicaSize[]>,
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const byName = new Map<string, Map<number, number>>()
  for (const [nodeId, replicas] of sizes) {
    for (const replica of replicas) {
      if (replica.isFuture) continue
      const name = nameOf(replica)
      const ofPartition = byName.get(name) ?? new Map<number, number>()
      ofPartition.set(nodeId, replica.bytes)
      byName.set(name, ofPartition)
    }
  }
  return byName
}

/** The leader has all of a partition; where it cannot be asked, whoever has most of it. */
function sizeOf(replicas: ReadonlyMap<number, number> | undefined, leader: number): number {
  return replicas?.get(leader) ?? Math.max(0, ...(replicas?.values() ?? []))
}
