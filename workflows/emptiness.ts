import { nameOf } from '../shared/planner/rebalance/layout-of.ts'
import type { KafkaTarget } from '../shared/ports/kafka.ts'
import type { Needed } from '../shared/ports/ports.ts'

/** What still ties a broker to its cluster. */
export interface Ties {
  /** Partitions that name it among their replicas, or are on their way to it, as `topic-partition`. */
  readonly named: readonly string[]
  /** Partitions that lie on its volume. */
  readonly stored: readonly string[]
}

/** The partitions of all topics, internal ones too, that name a broker, and the moves that do. */
export async function namedPartitions(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
  nodeId: number,
): Promise<readonly string[]> {
  const [topics, moving] = await Promise.all([kafka.topics(target), kafka.reassignments(target)])
  const held = topics.flatMap(({ name: topic, partitions }) =>
    partitions.flatMap(({ partition, replicas }) => (replicas.includes(nodeId) ? nameOf({ topic, partition }) : [])),
  )
  const moved = moving.filter(({ replicas, adding }) => [...replicas, ...adding].includes(nodeId)).map(nameOf)
  return [...new Set([...held, ...moved])]
}

/**
 * What still ties a broker to its cluster, as the metadata says and as the broker itself does of its directories, those that are
 * being copied to another one included (kafka-operations §5.5, step 5).
 */
export async function tiesOf(ports: Needed<'kafka'>, target: KafkaTarget, nodeId: number): Promise<Ties> {
  const named = await namedPartitions(ports, target, nodeId)
  const stored = (await ports.kafka.replicaSizes(target, nodeId)).map(nameOf)
  return { named, stored }
}
