import { z } from 'zod'
import { BALANCE_KINDS } from '../planner/rebalance/plan-rebalance.ts'
import { LEAST_THROTTLE, MOST_THROTTLE } from '../planner/rebalance/throttle.ts'
import { alsoShownAs, ClusterId, Links, MAY_GROW, ProposalId, Timestamp } from './primitives.ts'

const kinds = z
  .array(z.enum(BALANCE_KINDS))
  .min(1)
  .refine((given) => new Set(given).size === given.length, {
    error: 'must not name a kind twice',
    params: { rule: 'unique' },
  })
  .meta({
    override: alsoShownAs({ uniqueItems: true }),
    description: `What is brought into balance, all where absent. With \`leaders\` alone no data is copied. ${MAY_GROW}`,
  })

const throttleMiBPerSecond = z.int().min(LEAST_THROTTLE).max(MOST_THROTTLE).meta({
  description:
    'The most that each broker gives and takes of moved replicas. Where absent, a quarter of what its volume and network sustain',
})

/** What a caller may say of a proposal; nothing is the usual one. */
export const RebalanceWish = z
  .strictObject({ throttleMiBPerSecond: throttleMiBPerSecond.optional(), kinds: kinds.optional() })
  .prefault({})
  .meta({ id: 'RebalanceWish' })

/** What a caller approves: a proposal, or whatever is proposed now. */
export const RebalanceOrder = z
  .strictObject({
    proposalId: ProposalId.optional().meta({ description: 'Exactly its moves are made. Absent: those proposed now' }),
    throttleMiBPerSecond: throttleMiBPerSecond.optional(),
    kinds: kinds.optional(),
  })
  .prefault({})
  .meta({ id: 'RebalanceOrder' })

const load = {
  diskBytes: z.int().meta({ description: 'Sizes of the replicas' }),
  replicas: z.int(),
  leaders: z.int().meta({ description: 'Partitions whose preferred leader is here' }),
} as const

/** How full brokers and zones are. */
export const PlanBalance = z
  .object({
    brokers: z.array(z.object({ nodeId: z.int(), zone: z.string(), ...load })),
    zones: z.array(z.object({ zone: z.string(), ...load })),
    outside: z.object(load).meta({
      description: 'What stands outside of a tenth around the fair shares, summed over the brokers: 0 is the aim',
    }),
  })
  .meta({ id: 'PlanBalance' })
export type PlanBalance = z.output<typeof PlanBalance>

/** What a rebalance would do, before it is approved. */
export const RebalanceProposal = z
  .object({
    id: ProposalId,
    clusterId: ClusterId,
    createdAt: Timestamp,
    expiresAt: Timestamp.meta({
      description: 'Until then it can be approved, if the replicas are still where they were',
    }),
    kinds,
    moves: z.int().meta({ description: 'Partitions that get other replicas, or the same in another order' }),
    copies: z.int().meta({ description: 'Those of them for which data is copied' }),
    bytes: z.int().meta({ description: 'What is copied over the network in all' }),
    throttleMiBPerSecond,
    estimateSeconds: z.int().meta({ description: 'At least, with the throttle fully used' }),
    before: PlanBalance,
    after: PlanBalance,
    stuck: z.array(z.string()).meta({ description: 'Partitions that no broker may take, as `topic-partition`' }),
    warnings: z.array(z.string()),
    links: Links,
  })
  .meta({ id: 'RebalanceProposal' })
export type RebalanceProposal = z.output<typeof RebalanceProposal>

/** One partition of a proposal. */
export const RebalanceMove = z
  .object({
    topic: z.string(),
    partition: z.int(),
    from: z.array(z.int()).meta({ description: 'Replicas now, the preferred leader first' }),
    to: z.array(z.int()),
    bytes: z.int().meta({ description: 'What is copied: 0 where only the order changes' }),
  })
  .meta({ id: 'RebalanceMove' })
export type RebalanceMove = z.output<typeof RebalanceMove>

/** How far an operation is with the replicas that it moves. */
export const MovesProgress = z
  .object({
    partitionsDone: z.int(),
    partitionsTotal: z.int(),
    bytesDone: z.int(),
    bytesTotal: z.int(),
    bytesPerSecond: z.int().optional().meta({ description: 'Lately; absent while nothing was measured' }),
    throttleMiBPerSecond: z
      .number()
      .meta({ description: 'In force for each broker; raised where it does not keep up' }),
    passedOver: z.int().meta({ description: 'Partitions that somebody else has placed meanwhile: they are left so' }),
  })
  .meta({ id: 'MovesProgress', description: 'Of an operation that moves replicas' })
export type MovesProgress = z.output<typeof MovesProgress>
