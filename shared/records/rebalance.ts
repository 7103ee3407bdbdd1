import type { Balance, BalanceKind } from '../planner/rebalance/plan-rebalance.ts'

/** What an operation that moves replicas was ordered to do. */
export interface OperationRebalance {
  /** The moves that were approved; absent where the operation plans them itself when it comes to that. */
  readonly proposalId?: string
  /** What is to be brought into balance; none where nothing is moved but what has to be. */
  readonly kinds: readonly BalanceKind[]
  readonly throttleMiBPerSecond: number
  /** Brokers that are to hold nothing in the end. */
  readonly leaving?: readonly number[]
}

/** A rebalance as it was proposed. Its moves stand beside it, in parts. */
export interface ProposalRecord {
  readonly proposalId: string
  readonly tenantId: string
  readonly clusterId: string
  readonly requestedBy: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly kinds: readonly BalanceKind[]
  readonly throttleMiBPerSecond: number
  /** Partitions that get other replicas, or the same in another order; and those of them for which data is copied. */
  readonly moves: number
  readonly copies: number
  readonly bytes: number
  readonly estimateSeconds: number
  readonly before: Balance
  readonly after: Balance
  /** Partitions that no broker may take from one that leaves, as `topic-partition`: the first of them. */
  readonly stuck: readonly string[]
  readonly warnings: readonly string[]
}

/** A part of a list of moves, by topic; of each move its partition, the replicas before and after, and the bytes. */
export interface MovesPart {
  readonly topics: readonly { readonly topic: string; readonly moves: readonly MoveRow[] }[]
}
export type MoveRow = readonly [number, readonly number[], readonly number[], number]

/** How far an operation is with its moves. Where each replica is, Kafka is asked: this is for people, and to judge progress. */
export interface MovesProgressRecord {
  /** The list of moves that is being carried out, and the attempt that began with it. */
  readonly list: string
  readonly attempt: number
  /** `Moving` until all are done or given up, and the throttles are gone. */
  readonly state: 'Moving' | 'Ended'
  readonly partitionsDone: number
  readonly partitionsTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly bytesPerSecond?: number
  /** What is in force; it is raised where it does not keep up with what clients write. */
  readonly throttleBytesPerSecond: number
  /** Partitions that somebody else has placed meanwhile, and that are left so: the number of them. */
  readonly passedOver: number
  /** When Kafka was last asked, and for how long nothing had come further by then; pauses of ours do not count. */
  readonly lookedAt: string
  readonly idleSeconds: number
  /** Of each partition under way, as `topic-partition`, the least that was ever left to copy, in bytes. */
  readonly leastLeft: Readonly<Record<string, number>>
}
