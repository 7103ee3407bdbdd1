import type { PartitionMove } from '../planner/rebalance/plan-rebalance.ts'
import type { Store, Write } from '../ports/store.ts'
import { keys, partitions, sorts } from '../records/keys.ts'
import type { MoveRow, MovesPart } from '../records/rebalance.ts'
import { getRecord, listRecords, toJson } from './stored.ts'

/** A part of a list: far below what an item may hold (400 KB), because a read of all of them takes whole parts. */
const PART_BYTES = 128 * 1024

/** Longer than any operation rests that people still mean to take up; one that rests longer plans its moves anew. */
const KEPT_SECONDS = 90 * 24 * 3600

/** Where a list of moves lives. */
export interface MoveListRef {
  readonly tenantId: string
  readonly clusterId: string
  readonly list: string
}

/** Keeps a list of moves in as many parts as it takes. A list is written once, under an id of its own. */
export async function saveMoves(
  store: Store,
  { tenantId, clusterId, list }: MoveListRef,
  moves: readonly PartitionMove[],
  now: number,
): Promise<void> {
  const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS
  for (const [index, part] of partsOf(moves).entries()) {
    const key = keys.moves(tenantId, clusterId, list, index)
    const before = await getRecord<MovesPart>(store, key)
    const guard = before ? { version: before.version } : 'absent'
    const write: Write = { ...key, put: toJson(part), guard, expiresAt }
    await store.transact([write])
  }
}

/** The moves of a list, in the order in which they were planned; none where the list is no longer kept. */
export async function loadMoves(
  store: Store,
  { tenantId, clusterId, list }: MoveListRef,
): Promise<readonly PartitionMove[]> {
  const parts = await listRecords<MovesPart>(store, partitions.cluster(tenantId, clusterId), sorts.moves(list))
  return parts.flatMap(({ record }) => movesOf(record))
}

/** The moves of one part. */
export function movesOf({ topics }: MovesPart): readonly PartitionMove[] {
  return topics.flatMap(({ topic, moves }) =>
    moves.map(([partition, from, to, bytes]) => ({ topic, partition, from, to, bytes })),
  )
}

/** Moves of one topic stand together, so that its name is written once. */
function partsOf(moves: readonly PartitionMove[]): readonly MovesPart[] {
  const parts: { topic: string; moves: MoveRow[] }[][] = []
  let filled = Number.POSITIVE_INFINITY
  for (const { topic, partition, from, to, bytes } of moves) {
    const row: MoveRow = [partition, from, to, bytes]
    const rowBytes = JSON.stringify(row).length + 1
    if (filled + rowBytes + topic.length > PART_BYTES) {
      parts.push([])
      filled = 0
    }
    const part = parts.at(-1) ?? []
    const last = part.at(-1)
    if (last?.topic === topic) last.moves.push(row)
    else {
      part.push({ topic, moves: [row] })
      filled += JSON.stringify({ topic, moves: [] }).length + 1
    }
    filled += rowBytes
  }
  return parts.map((topics) => ({ topics }))
}
