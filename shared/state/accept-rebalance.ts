import { DomainError } from '../errors/domain-error.ts'
import { judgeMoves } from '../planner/rebalance/judge-moves.ts'
import { nameOf } from '../planner/rebalance/layout-of.ts'
import { type PartitionMove, takersOf } from '../planner/rebalance/plan-rebalance.ts'
import type { Needed } from '../ports/ports.ts'
import type { Write } from '../ports/store.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { ProposalRecord } from '../records/rebalance.ts'
import { acceptOperation, assertMayBegin } from './accept-operation.ts'
import { kafkaTarget } from './kafka-target.ts'
import { brokersOf, loadCluster } from './load.ts'
import { loadMoves } from './move-lists.ts'
import { loadProposal, proposeRebalance, type RebalanceWish, refuseMoving } from './proposals.ts'
import type { Requester } from './requester.ts'

type RebalancePorts = Needed<'store' | 'clock' | 'ids' | 'kafka'>

/** What a caller approves: a proposal of before, or what is proposed now. */
export interface RebalanceOrder extends RebalanceWish {
  readonly proposalId?: string | undefined
}

/** The operation that carries a proposal out, or the proposal where there is nothing to do. */
export type AcceptedRebalance = { readonly operation: OperationRecord } | { readonly nothingToDo: ProposalRecord }

/** As a deadline: several times the least that it takes, and never less than what a person is given who resumes. */
const TIMES_ESTIMATE = 4
const LEAST_DEADLINE_MINUTES = 240

/**
 * Accepts a rebalance: exactly the moves of a proposal, if the replicas are still where it was made from (PROPOSAL_OUTDATED), or
 * of one that is made now. Nothing is written where nothing is to be moved.
 */
export async function acceptRebalance(
  ports: RebalancePorts,
  requester: Requester,
  clusterId: string,
  order: RebalanceOrder,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<AcceptedRebalance> {
  const { tenantId } = requester
  assertMayBegin((await loadCluster(ports.store, tenantId, clusterId)).record, 'rebalanceCluster')
  const proposal = await approved(ports, requester, clusterId, order)
  if (proposal.moves === 0) return { nothingToDo: proposal }
  const { proposalId, kinds, throttleMiBPerSecond, estimateSeconds, warnings } = proposal
  const operation = await acceptOperation(
    ports,
    requester,
    clusterId,
    () => ({
      type: 'rebalanceCluster',
      nodes: [],
      deadlineMinutes: Math.max(LEAST_DEADLINE_MINUTES, Math.ceil((TIMES_ESTIMATE * estimateSeconds) / 60)),
      warnings,
      rebalance: { proposalId, kinds, throttleMiBPerSecond },
    }),
    also,
  )
  return { operation }
}

async function approved(
  ports: RebalancePorts,
  requester: Requester,
  clusterId: string,
  { proposalId, ...wish }: RebalanceOrder,
): Promise<ProposalRecord> {
  if (proposalId === undefined) return (await proposeRebalance(ports, requester, clusterId, wish)).proposal
  const { tenantId } = requester
  const proposal = await loadProposal(ports, tenantId, clusterId, proposalId)
  const moves = await loadMoves(ports.store, { tenantId, clusterId, list: proposalId })
  if (moves.length > 0) await refuseOutdated(ports, tenantId, clusterId, moves)
  return proposal
}

/** A topic that is gone is no matter; a replica that stands elsewhere by now is, and so is a broker that is to take some and does not serve. */
async function refuseOutdated(
  { store, kafka }: RebalancePorts,
  tenantId: string,
  clusterId: string,
  moves: readonly PartitionMove[],
): Promise<void> {
  const { record: cluster } = await loadCluster(store, tenantId, clusterId)
  const target = kafkaTarget(cluster, await brokersOf(store, tenantId, clusterId))
  const [topics, moving, { brokers }] = await Promise.all([
    kafka.topics(target),
    kafka.reassignments(target),
    kafka.brokers(target),
  ])
  refuseMoving(moving)
  const { done, passedOver } = judgeMoves(moves, topics, moving)
  const serving = new Set(brokers.map(({ nodeId }) => nodeId))
  const absent = moves.flatMap(takersOf).find((nodeId) => !serving.has(nodeId))
  if (absent !== undefined) throw outdated(`Broker ${absent} is to take replicas and does not serve.`)
  const elsewhere = [...done, ...passedOver]
  const [first] = elsewhere
  if (first)
    throw outdated(
      `${elsewhere.length} of ${moves.length} partitions are no longer where they were, ${nameOf(first)} among them.`,
    )
}

function outdated(why: string): DomainError {
  return new DomainError('PROPOSAL_OUTDATED', `${why} Ask for a new proposal.`)
}
