import { judgeMoves } from '../shared/planner/rebalance/judge-moves.ts'
import { nameOf } from '../shared/planner/rebalance/layout-of.ts'
import type { PartitionMove } from '../shared/planner/rebalance/plan-rebalance.ts'
import type { KafkaTarget, TopicView } from '../shared/ports/kafka.ts'
import type { WantedReplicas } from '../shared/ports/kafka-moves.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { keys } from '../shared/records/keys.ts'
import type { MovesProgressRecord } from '../shared/records/rebalance.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { loadMoves } from '../shared/state/move-lists.ts'
import { getRecord } from '../shared/state/stored.ts'

/** The record of how far an operation is with its moves, once they are planned. */
export async function loadProgress(
  { store }: Needed<'store'>,
  tenantId: string,
  operationId: string,
): Promise<MovesProgressRecord | undefined> {
  return (await getRecord<MovesProgressRecord>(store, keys.movesProgress(tenantId, operationId)))?.record
}

/** Brings back the old replicas, in their old order, of those of these moves that are under way; what is done stays. */
export async function cancelInFlight(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
  moves: readonly PartitionMove[],
): Promise<void> {
  if (moves.length === 0) return
  const [topics, moving] = await Promise.all([kafka.topics(target), kafka.reassignments(target)])
  const { inFlight } = judgeMoves(moves, topics, moving)
  if (inFlight.length > 0) await kafka.cancelMoves(target, inFlight)
  // Kafka keeps the order of the new list: the old preferred leader would be lost. What was cancelled before a crash has it, too.
  const disordered = disorderedOf(moves, await kafka.topics(target))
  if (disordered.length > 0) await kafka.moveReplicas(target, disordered)
}

function disorderedOf(moves: readonly PartitionMove[], topics: readonly TopicView[]): readonly WantedReplicas[] {
  const now = new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partition, replicas }) => [nameOf({ topic, partition }), replicas] as const),
    ),
  )
  return moves.flatMap(({ topic, partition, from, to }) => {
    const replicas = now.get(nameOf({ topic, partition })) ?? []
    const isOld = replicas.length === from.length && from.every((nodeId) => replicas.includes(nodeId))
    const isWanted = [from, to].some((list) => list.join() === replicas.join())
    return isOld && !isWanted ? [{ topic, partition, replicas: from }] : []
  })
}

/** No topic and no broker of the cluster has a throttle any more, whoever set it: a cluster's throttles are all ours. */
export async function clearThrottles(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
): Promise<void> {
  const target = kafkaTarget(cluster, nodes)
  const topics = await kafka.topicsWithThrottles(target)
  if (topics.length > 0) await kafka.clearTopicThrottles(target, topics)
  await kafka.clearBrokerThrottles(
    target,
    nodes.filter(({ roles }) => roles.includes('broker')).map(({ nodeId }) => nodeId),
  )
}

/**
 * Takes back whatever an operation may have left in Kafka: its moves that are under way, then all throttles. By the mark on the
 * cluster it is known whose they are.
 */
export async function releaseAll(
  ports: Needed<'store' | 'kafka'>,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
): Promise<void> {
  const { tenantId, clusterId, movedBy } = cluster
  const progress = movedBy === undefined ? undefined : await loadProgress(ports, tenantId, movedBy)
  const moves = progress ? await loadMoves(ports.store, { tenantId, clusterId, list: progress.list }) : []
  await cancelInFlight(ports, kafkaTarget(cluster, nodes), moves)
  await clearThrottles(ports, cluster, nodes)
}

/** What still throttles, by Kafka's own word, or nothing: what the controllers were told, brokers learn a moment later. */
export async function throttlesLeft({ kafka }: Needed<'kafka'>, target: KafkaTarget): Promise<string | undefined> {
  const [topics, brokers] = await Promise.all([kafka.topicsWithThrottles(target), kafka.brokersWithThrottles(target)])
  const left = [...topics.map((topic) => `topic ${topic}`), ...brokers.map((nodeId) => `broker ${nodeId}`)]
  return left.length === 0 ? undefined : `Replicas are still throttled: ${left.slice(0, 10).join(', ')}.`
}
