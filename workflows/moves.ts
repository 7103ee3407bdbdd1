import { DomainError } from '../shared/errors/domain-error.ts'
import type { PartitionMove } from '../shared/planner/rebalance/plan-rebalance.ts'
import type { KafkaTarget } from '../shared/ports/kafka.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { keys } from '../shared/records/keys.ts'
import type { OperationRecord } from '../shared/records/operation.ts'
import type { MovesProgressRecord, OperationRebalance } from '../shared/records/rebalance.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../shared/state/load.ts'
import { loadMoves } from '../shared/state/move-lists.ts'
import { retryConflicts } from '../shared/state/retry-conflicts.ts'
import { getRecord, putRecord } from '../shared/state/stored.ts'
import { ownedCluster, ownedOperation } from './ownership.ts'
import { cancelInFlight, clearThrottles, loadProgress } from './release-all.ts'
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
  const { cluster, operation } = await ownedOperation(ports, input)
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
