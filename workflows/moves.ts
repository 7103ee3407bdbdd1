import { DomainError } from '../shared/errors/domain-error.ts'
import { judgeMoves } from '../shared/planner/rebalance/judge-moves.ts'
import { nameOf } from '../shared/planner/rebalance/layout-of.ts'
import type { PartitionMove } from '../shared/planner/rebalance/plan-rebalance.ts'
import type { KafkaTarget, TopicView } from '../shared/ports/kafka.ts'
import type { WantedReplicas } from '../shared/ports/kafka-moves.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord, OperationRecord } from '../shared/records/cluster.ts'
import { keys } from '../shared/records/keys.ts'
import type { MovesProgressRecord, OperationRebalance } from '../shared/records/rebalance.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { brokersOf, loadCluster, loadOperation } from '../shared/state/load.ts'
import { loadMoves } from '../shared/state/move-lists.ts'
import { retryConflicts } from '../shared/state/retry-conflicts.ts'
import { getRecord, putRecord } from '../shared/state/stored.ts'
import { ownedCluster } from './ownership.ts'
import type { StepInput } from './step.ts'

/** The moves of an operation, and all that it takes to carry them out. */
export interface OperationMoves {
  readonly cluster: ClusterRecord
  readonly nodes: readonly BrokerRecord[]
  readonly operation: OperationRecord
  readonly target: KafkaTarget
  readonly moves: readonly PartitionMove[]
  readonly progress: MovesProgressRecord
}

/** What an operation was ordered to move. */
export function rebalanceOf({ rebalance, operationId }: OperationRecord): OperationRebalance {
  if (!rebalance) throw new TypeError(`operation ${operationId} moves no replicas`)
  return rebalance
}

/** The record of how far an operation is with its moves, once they are planned. */
export async function loadProgress(
  { store }: Needed<'store'>,
  tenantId: string,
  operationId: string,
): Promise<MovesProgressRecord | undefined> {
  return (await getRecord<MovesProgressRecord>(store, keys.movesProgress(tenantId, operationId)))?.record
}

/** Writes how far an operation is, of what stands there at that moment; nothing where `change` gives nothing. */
export async function changeProgress(
  ports: Needed<'store' | 'clock' | 'ids'>,
  { tenantId, operationId }: Pick<StepInput, 'tenantId' | 'operationId'>,
  change: (before: MovesProgressRecord | undefined) => MovesProgressRecord | undefined,
): Promise<void> {
  const key = keys.movesProgress(tenantId, operationId)
  await retryConflicts(ports, async () => {
    const before = await getRecord<MovesProgressRecord>(ports.store, key)
    const after = change(before?.record)
    if (after) await ports.store.transact([putRecord(key, after, before)])
  })
}

/** For who looks on while moves are made: a call that hung changes nothing of what others have seen since. */
export async function noteProgress(
  ports: Needed<'store' | 'clock' | 'ids'>,
  input: StepInput,
  progress: MovesProgressRecord,
): Promise<void> {
  await changeProgress(ports, input, (now) => {
    const isOfNow = now?.state === 'Moving' && now.list === progress.list && now.attempt === progress.attempt
    return isOfNow && progress.partitionsDone >= now.partitionsDone ? progress : undefined
  })
}

/** Reads the planned moves of the operation, if it still owns the cluster. */
export async function operationMoves(ports: Needed<'store'>, input: StepInput): Promise<OperationMoves> {
  const { tenantId, clusterId, operationId } = input
  const cluster = await ownedCluster(ports, input)
  const operation = (await loadOperation(ports.store, tenantId, operationId)).record
  const progress = await loadProgress(ports, tenantId, operationId)
  if (!progress) throw new TypeError(`the moves of operation ${operationId} are not planned`)
  const nodes = await brokersOf(ports.store, tenantId, clusterId)
  const moves = await loadMoves(ports.store, { tenantId, clusterId, list: progress.list })
  return { cluster, nodes, operation, target: kafkaTarget(cluster, nodes), moves, progress }
}

/** The brokers between which replicas are moved. */
export function brokersInvolved(moves: readonly PartitionMove[]): readonly number[] {
  return [...new Set(moves.flatMap(({ from, to }) => [...from, ...to]))].toSorted((a, b) => a - b)
}

/** The cluster, if its replicas are this operation's to move: from the throttles on, until all is taken back. */
export async function assertMover(ports: Needed<'store'>, input: StepInput): Promise<ClusterRecord> {
  const cluster = await ownedCluster(ports, input)
  if (cluster.movedBy === input.operationId) return cluster
  throw new DomainError('OPERATION_SUPERSEDED', `Operation ${input.operationId} moves nothing any more.`)
}

/**
 * Begins something in Kafka and looks again whether the replicas are still the operation's to move. A call that hung until
 * everything had been taken back takes back what it began, so that no move and no throttle is left of it; a later attempt of
 * the same operation has found it and goes on with it.
 */
export async function asMover(
  ports: Needed<'store' | 'kafka'>,
  input: StepInput,
  moves: readonly PartitionMove[],
  begin: () => Promise<void>,
): Promise<void> {
  await assertMover(ports, input)
  await begin()
  try {
    await assertMover(ports, input)
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'OPERATION_SUPERSEDED') await takeBack(ports, input, moves)
    throw thrown
  }
}

async function takeBack(
  ports: Needed<'store' | 'kafka'>,
  { tenantId, clusterId, operationId }: StepInput,
  moves: readonly PartitionMove[],
): Promise<void> {
  const { record } = await loadCluster(ports.store, tenantId, clusterId)
  if (record.movedBy === operationId) return
  const nodes = await brokersOf(ports.store, tenantId, clusterId)
  await cancelInFlight(ports, kafkaTarget(record, nodes), moves)
  if (record.movedBy === undefined) await clearThrottles(ports, record, nodes)
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
