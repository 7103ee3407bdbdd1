import { type Bands, bandsOf, type Dimension, loadOf, outside } from './bands.ts'
import { type Draft, draftOf, type Holder, type Layout } from './layout.ts'
import { spreadLeaders } from './lead.ts'
import { settle } from './settle.ts'
import { spreadBytes, spreadReplicas } from './spread.ts'

/** A partition that gets other replicas, or the same in another order. */
export interface PartitionMove {
  readonly topic: string
  readonly partition: number
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** What is copied over the network: the size once for each new replica. */
  readonly bytes: number
}

/** How full the brokers are, and how far they are from their fair shares. */
export interface Balance {
  readonly brokers: readonly BrokerBalance[]
  /** What stands outside of the bands, summed over the brokers: bytes, replicas, leaders. None is the aim. */
  readonly outside: Readonly<Record<Dimension, number>>
}

export interface BrokerBalance {
  readonly nodeId: number
  readonly zone: string
  readonly bytes: number
  readonly replicas: number
  readonly leaders: number
}

/** What a rebalance may bring into balance. */
export const BALANCE_KINDS = ['disk', 'replicas', 'leaders'] as const satisfies readonly Dimension[]
export type BalanceKind = (typeof BALANCE_KINDS)[number]

/** What a rebalance would do. */
export interface RebalancePlan {
  readonly moves: readonly PartitionMove[]
  readonly bytes: number
  readonly before: Balance
  readonly after: Balance
  /** Partitions that no broker may take from one that leaves, as `topic-partition`. */
  readonly stuck: readonly string[]
}

/** Bytes and replicas are spread in turns: each may open a way for the other. It ends when a turn moves nothing. */
const MOST_TURNS = 4

/**
 * Plans where replicas and preferred leaders shall be. What must be comes first: brokers that leave are emptied, replicas
 * are spread over the zones. Then bytes, replicas and leaders are brought into bands around each broker's fair share, with
 * as few bytes as that takes; none of the three is ever made worse for another's sake. Pure: the same layout, the same plan.
 * `kinds` leaves out what shall not be brought into balance; with `leaders` alone nothing is copied but what leaving takes.
 */
export function planRebalance(layout: Layout, kinds: readonly BalanceKind[] = BALANCE_KINDS): RebalancePlan {
  const draft = draftOf(layout)
  const bands = bandsOf(draft)
  const before = balanceOf(draft, bands)
  const copies = kinds.some((kind) => kind !== 'leaders') || draft.holders.some(({ leaving }) => leaving)
  const stuck = copies ? settle(draft) : []
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const moved = [
      kinds.includes('disk') && spreadBytes(draft, bands),
      kinds.includes('replicas') && spreadReplicas(draft, bands),
    ]
    if (!moved.includes(true)) break
  }
  if (kinds.includes('leaders')) spreadLeaders(draft, bands)
  const moves = movesOf(layout, draft)
  return {
    moves,
    bytes: moves.reduce((sum, { bytes }) => sum + bytes, 0),
    before,
    after: balanceOf(draft, bands),
    stuck: stuck.flatMap((index) => {
      const partition = layout.partitions[index]
      return partition ? [`${partition.topic}-${partition.partition}`] : []
    }),
  }
}

/** The brokers that get a replica which they do not have yet. */
export function takersOf({ from, to }: Pick<PartitionMove, 'from' | 'to'>): readonly number[] {
  return to.filter((nodeId) => !from.includes(nodeId))
}

function movesOf({ partitions }: Layout, draft: Draft): readonly PartitionMove[] {
  return partitions.flatMap(({ topic, partition, replicas: from, sizeBytes }, index) => {
    const to = draft.replicas[index] ?? []
    if (to.every((nodeId, position) => nodeId === from[position])) return []
    return [{ topic, partition, from, to: [...to], bytes: sizeBytes * takersOf({ from, to }).length }]
  })
}

function balanceOf({ holders }: Draft, bands: Bands): Balance {
  const sum = (dimension: Dimension) =>
    holders.reduce((total, holder) => total + Math.abs(outside(bands(dimension, holder), loadOf(dimension, holder))), 0)
  return {
    brokers: holders.map(({ nodeId, zone, bytes, held, leaders }: Holder) => ({
      nodeId,
      zone,
      bytes,
      replicas: held.length,
      leaders,
    })),
    outside: { disk: sum('disk'), replicas: sum('replicas'), leaders: sum('leaders') },
  }
}
