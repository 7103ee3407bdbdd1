import { z } from 'zod'
import { Operation } from '../operation.ts'
import { ClusterId, clusterParams, NONE, ProposalId, pageOf, pageQuery } from '../primitives.ts'
import { RebalanceMove, RebalanceOrder, RebalanceProposal, RebalanceWish } from '../rebalance.ts'
import { rebalanceRules } from '../rebalance-rules.ts'
import { defineRoute } from '../route.ts'

const REFUSED = [
  'CLUSTER_NOT_FOUND',
  'OPERATION_IN_PROGRESS',
  'STATUS_NOT_ALLOWED',
  'MOVES_IN_PROGRESS',
  'KAFKA_UNAVAILABLE',
] as const

const proposalParams = z.strictObject({ clusterId: ClusterId, proposalId: ProposalId })

export const createRebalanceProposal = defineRoute({
  name: 'createRebalanceProposal',
  method: 'post',
  path: '/v1/clusters/{clusterId}/rebalance-proposals',
  tag: 'Clusters',
  summary: 'Propose which replicas should move, and move none',
  description:
    'Looks where every replica is and how large, and plans the fewest bytes that bring disk, replicas and preferred leaders within a tenth of each broker’s fair share, with replicas kept apart in zones. The proposal is kept for a day and can be approved by `POST …/actions/rebalance`.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  params: clusterParams,
  query: NONE,
  body: RebalanceWish,
  examples: { usual: {}, leaders: { kinds: ['leaders'] }, slow: { throttleMiBPerSecond: 10 } },
  answers: { 201: { description: 'The proposal', body: RebalanceProposal, headers: ['Location'] } },
  errors: REFUSED,
  idempotent: true,
})

export const getRebalanceProposal = defineRoute({
  name: 'getRebalanceProposal',
  method: 'get',
  path: '/v1/clusters/{clusterId}/rebalance-proposals/{proposalId}',
  tag: 'Clusters',
  summary: 'Show a proposal of a rebalance',
  scope: 'clusters:read',
  needs: ['store', 'clock'],
  params: proposalParams,
  query: NONE,
  answers: { 200: { description: 'The proposal', body: RebalanceProposal } },
  errors: ['CLUSTER_NOT_FOUND', 'PROPOSAL_NOT_FOUND'],
})

export const listRebalanceMoves = defineRoute({
  name: 'listRebalanceMoves',
  method: 'get',
  path: '/v1/clusters/{clusterId}/rebalance-proposals/{proposalId}/moves',
  tag: 'Clusters',
  summary: 'List the moves of a proposal, by topic and partition',
  scope: 'clusters:read',
  needs: ['store', 'clock'],
  params: proposalParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of moves', body: pageOf(RebalanceMove) } },
  errors: ['CLUSTER_NOT_FOUND', 'PROPOSAL_NOT_FOUND'],
  paged: true,
})

export const rebalanceCluster = defineRoute({
  name: 'rebalanceCluster',
  method: 'post',
  path: '/v1/clusters/{clusterId}/actions/rebalance',
  tag: 'Clusters',
  summary: 'Move replicas and preferred leaders into balance',
  description:
    'Carries out exactly the moves of a proposal, or without one of what is proposed now. Brokers go on serving: replicas are copied under a throttle, a few partitions at a time, and the throttle is gone in the end, however it ends. A pause lets what is under way end; a cancellation brings it back; what is done stays.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  params: clusterParams,
  query: NONE,
  body: RebalanceOrder,
  rules: rebalanceRules,
  examples: {
    now: {},
    approve: { proposalId: 'prp_01JD8X3V9QWERTYZ0123456789' },
    slowly: { throttleMiBPerSecond: 10 },
  },
  answers: {
    200: { description: 'There is nothing to move: the proposal says so', body: RebalanceProposal },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: [...REFUSED, 'PROPOSAL_NOT_FOUND', 'PROPOSAL_OUTDATED'],
  idempotent: true,
})
