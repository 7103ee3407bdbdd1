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
  const brokers = nodes.flatMap(({ roles, nodeId }) => (roles.includes('broker') ? [nodeId] : []))
  const sizes = await sizesOf(brokers, (nodeId) => kafka.replicaSizes(target, nodeId))
  const [topics, moving] = await Promise.all([kafka.topics(target), kafka.reassignments(target)])
  return { ...layoutOf(nodes, leaving, { topics, moving, sizes }), moving }
}

/** How many brokers are asked at a time: each answers with all that it holds. */
const ASKED_AT_A_TIME = 10

/** The sizes of all replicas by broker; a broker is left out for which nothing is answered. */
export async function sizesOf(
  nodeIds: readonly number[],
  ask: (nodeId: number) => Promise<readonly ReplicaSize[] | undefined>,
): Promise<ReadonlyMap<number, readonly ReplicaSize[]>> {
  const sizes = new Map<number, readonly ReplicaSize[]>()
  for (let first = 0; first < nodeIds.length; first += ASKED_AT_A_TIME) {
    const some = nodeIds.slice(first, first + ASKED_AT_A_TIME)
    const answers = await Promise.all(some.map(async (nodeId) => [nodeId, await ask(nodeId)] as const))
    for (const [nodeId, found] of answers) if (found) sizes.set(nodeId, found)
  }
  return sizes
}
