import { layoutOf, type SeenLayout } from '../planner/rebalance/layout-of.ts'
import type { MoveView, ReplicaSize } from '../ports/kafka-moves.ts'
import type { Needed } from '../ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { kafkaTarget } from './kafka-target.ts'

/** A layout with what is being moved already. */
export interface LiveLayout extends SeenLayout {
  readonly moving: readonly MoveView[]
}

/**
 * Asks Kafka where every replica is and how large. KAFKA_UNAVAILABLE while one of the brokers cannot be asked: what it holds would
 * be planned as nothing.
 */
export async function seeLayout(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  leaving: readonly number[] = [],
): Promise<LiveLayout> {
  const target = kafkaTarget(cluster, nodes)
  const brokers = nodes.filter(({ roles }) => roles.includes('broker'))
  const sizes = new Map<number, readonly ReplicaSize[]>()
  for (const { nodeId } of brokers) sizes.set(nodeId, await kafka.replicaSizes(target, nodeId))
  const [topics, moving] = await Promise.all([kafka.topics(target), kafka.reassignments(target)])
  return { ...layoutOf(nodes, leaving, { topics, moving, sizes }), moving }
}
