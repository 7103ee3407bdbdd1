import type { MovesProgress, PlanBalance, RebalanceProposal } from '../../../shared/contract/rebalance.ts'
import type { Balance, BrokerBalance } from '../../../shared/planner/rebalance/plan-rebalance.ts'
import { toMiB } from '../../../shared/planner/rebalance/throttle.ts'
import type { MovesProgressRecord, ProposalRecord } from '../../../shared/records/rebalance.ts'

/** A proposal as its callers see it. */
export function proposalView(record: ProposalRecord): RebalanceProposal {
  const { proposalId: id, tenantId: _, requestedBy: _by, before, after, kinds, stuck, warnings, ...told } = record
  const self = `/v1/clusters/${told.clusterId}/rebalance-proposals/${id}`
  return {
    id,
    ...told,
    kinds: [...kinds],
    stuck: [...stuck],
    warnings: [...warnings],
    before: balanceView(before),
    after: balanceView(after),
    links: { self, moves: `${self}/moves`, cluster: `/v1/clusters/${told.clusterId}` },
  }
}

function balanceView({ brokers, outside }: Balance): PlanBalance {
  const zones = Map.groupBy(brokers, ({ zone }) => zone)
  return {
    brokers: brokers.map(({ nodeId, zone, ...load }) => ({ nodeId, zone, ...loadView([load]) })),
    zones: [...zones].map(([zone, there]) => ({ zone, ...loadView(there) })),
    outside: {
      diskBytes: Math.round(outside.disk),
      replicas: Math.round(outside.replicas),
      leaders: Math.round(outside.leaders),
    },
  }
}

function loadView(there: readonly Pick<BrokerBalance, 'bytes' | 'replicas' | 'leaders'>[]) {
  const sum = (field: 'bytes' | 'replicas' | 'leaders') => there.reduce((total, load) => total + load[field], 0)
  return { diskBytes: sum('bytes'), replicas: sum('replicas'), leaders: sum('leaders') }
}

/** How far an operation is with its moves. */
export function movesView(record: MovesProgressRecord): MovesProgress {
  const { partitionsDone, partitionsTotal, bytesDone, bytesTotal, bytesPerSecond, passedOver, state } = record
  return {
    partitionsDone,
    partitionsTotal,
    bytesDone,
    bytesTotal,
    ...(bytesPerSecond === undefined || state === 'Ended' ? {} : { bytesPerSecond }),
    throttleMiBPerSecond: toMiB(record.throttleBytesPerSecond),
    passedOver,
  }
}
