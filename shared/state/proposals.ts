import { DomainError } from '../errors/domain-error.ts'
import { leastSeconds } from '../planner/rebalance/next-moves.ts'
import {
  BALANCE_KINDS,
  type BalanceKind,
  type PartitionMove,
  planRebalance,
  takersOf,
} from '../planner/rebalance/plan-rebalance.ts'
import { planWarnings } from '../planner/rebalance/plan-warnings.ts'
import { toBytes, usualThrottle } from '../planner/rebalance/throttle.ts'
import type { MoveView } from '../ports/kafka-moves.ts'
import type { Needed } from '../ports/ports.ts'
import type { Store, Write } from '../ports/store.ts'
import { keys } from '../records/keys.ts'
import type { ProposalRecord } from '../records/rebalance.ts'
import { assertMayBegin } from './accept-operation.ts'
import { timestamp } from './change-cluster.ts'
import { brokersOf, loadCluster } from './load.ts'
import { saveMoves } from './move-lists.ts'
import type { Requester } from './requester.ts'
import { seeLayout } from './see-layout.ts'
import { getRecord, toJson } from './stored.ts'

/** A day: long enough for a person to approve it. That replicas are still where they were is looked at then. */
const PROPOSAL_SECONDS = 24 * 3600

/** How many partitions without a place are named. */
const STUCK_NAMED = 100

/** What a caller wants to be proposed. */
export interface RebalanceWish {
  readonly kinds?: readonly BalanceKind[] | undefined
  readonly throttleMiBPerSecond?: number | undefined
}

/** A proposal with its moves, as it was just made. */
export interface Proposed {
  readonly proposal: ProposalRecord
  readonly moves: readonly PartitionMove[]
}

/**
 * Looks where everything is, plans a rebalance and keeps it, so that exactly its moves can be approved. OPERATION_IN_PROGRESS and
 * STATUS_NOT_ALLOWED where none could begin now, MOVES_IN_PROGRESS while Kafka moves replicas already.
 */
export async function proposeRebalance(
  ports: Needed<'store' | 'clock' | 'ids' | 'kafka'>,
  { tenantId, requestedBy }: Requester,
  clusterId: string,
  { kinds = BALANCE_KINDS, throttleMiBPerSecond }: RebalanceWish,
  also: (proposal: ProposalRecord) => readonly Write[] = () => [],
): Promise<Proposed> {
  const { record: cluster } = await loadCluster(ports.store, tenantId, clusterId)
  assertMayBegin(cluster, 'rebalanceCluster')
  const nodes = await brokersOf(ports.store, tenantId, clusterId)
  const layout = await seeLayout(ports, cluster, nodes)
  refuseMoving(layout.moving)
  const plan = planRebalance(layout, kinds)
  const { instanceType } = cluster.spec.brokers
  const miBPerSecond = throttleMiBPerSecond ?? usualThrottle(instanceType)
  const now = ports.clock.now()
  const proposal: ProposalRecord = {
    proposalId: ports.ids.next('proposal'),
    tenantId,
    clusterId,
    requestedBy,
    createdAt: timestamp(ports),
    expiresAt: new Date(now + PROPOSAL_SECONDS * 1000).toISOString(),
    kinds,
    throttleMiBPerSecond: miBPerSecond,
    moves: plan.moves.length,
    copies: plan.moves.filter((move) => takersOf(move).length > 0).length,
    bytes: plan.bytes,
    estimateSeconds: Math.ceil(leastSeconds(plan.moves, toBytes(miBPerSecond))),
    before: plan.before,
    after: plan.after,
    stuck: plan.stuck.slice(0, STUCK_NAMED),
    warnings: planWarnings(plan, layout.brokers, layout.unmovable, { instanceType, miBPerSecond }),
  }
  const list = proposal.proposalId
  await saveMoves(ports.store, { tenantId, clusterId, list }, plan.moves, now)
  const key = keys.proposal(tenantId, clusterId, list)
  const expiresAt = Math.floor(now / 1000) + PROPOSAL_SECONDS
  await ports.store.transact([{ ...key, put: toJson(proposal), guard: 'absent', expiresAt }, ...also(proposal)])
  return { proposal, moves: plan.moves }
}

/** A proposal that can still be approved, or PROPOSAL_NOT_FOUND. */
export async function loadProposal(
  { store, clock }: Needed<'clock'> & { readonly store: Store },
  tenantId: string,
  clusterId: string,
  proposalId: string,
): Promise<ProposalRecord> {
  const found = await getRecord<ProposalRecord>(store, keys.proposal(tenantId, clusterId, proposalId))
  if (!found || Date.parse(found.record.expiresAt) <= clock.now())
    throw new DomainError('PROPOSAL_NOT_FOUND', `There is no proposal ${proposalId}, or it has expired.`)
  return found.record
}

/** Two plans at the same time would each count on what the other moves away. */
export function refuseMoving(moving: readonly MoveView[]): void {
  const [first] = moving
  if (!first) return
  const detail = `Kafka is moving ${moving.length} partitions already, ${first.topic}-${first.partition} among them.`
  throw new DomainError('MOVES_IN_PROGRESS', detail, { retryAfterSeconds: 60 })
}
