import type { Change, Changes } from '../../shared/ports/store.ts'
import { ChangesTrimmed, checkLimit } from '../../shared/ports/store-rules.ts'
import type { Shard, Shards } from './dynamo-shards.ts'

/** How far a shard was read: behind a sequence number, or to its end. A shard without a position is unread. */
type Position = { readonly after: string } | 'closed'

/** All positions, least recently read first, so that a busy shard cannot starve the others. */
type Positions = Map<string, Position>

/**
 * Reads the feed of a sharded stream. All changes of one item stand in one line of shards, so reading a shard only once
 * its parent was read to its end keeps the order of every item; changes of different items may come in any order.
 */
export async function readChanges(shards: Shards, cursor: string | undefined, limit: number): Promise<Changes> {
  checkLimit(limit)
  const listed = await shards.list()
  const positions = decodeCursor(cursor)
  forgetVanished(positions, listed)
  const changes: Change[] = []
  // Another round while there is room and something moved: children become readable when their parents close.
  for (let moved = true; moved && changes.length < limit; ) {
    moved = false
    const ready = readable(listed, positions)
    const share = Math.ceil((limit - changes.length) / Math.max(1, ready.length))
    for (const { id } of ready) {
      const room = Math.min(share, limit - changes.length)
      if (room === 0) break
      const position = positions.get(id)
      const read = await shards.read(id, position === 'closed' ? undefined : position?.after, room)
      for (const change of read.changes) {
        place(positions, id, { after: change.cursor })
        changes.push({ ...change, cursor: encodeCursor(positions) })
      }
      if (read.isClosed) place(positions, id, 'closed')
      moved ||= read.isClosed || read.changes.length > 0
    }
  }
  return { changes, cursor: encodeCursor(positions) }
}

/** Shards that may be read now: not read to the end, and no unread parent is left. Least recently read first. */
function readable(listed: readonly Shard[], positions: Positions): readonly Shard[] {
  const kept = new Set(listed.map(({ id }) => id))
  const order = new Map([...positions.keys()].map((id, index) => [id, index]))
  return listed
    .filter(({ id }) => positions.get(id) !== 'closed')
    .filter(({ parentId }) => parentId === undefined || !kept.has(parentId) || positions.get(parentId) === 'closed')
    .toSorted((one, other) => (order.get(one.id) ?? -1) - (order.get(other.id) ?? -1))
}

/** Shards disappear a day after they closed. One that was not read to its end took unread changes with it. */
function forgetVanished(positions: Positions, listed: readonly Shard[]): void {
  const kept = new Set(listed.map(({ id }) => id))
  for (const [id, position] of positions) {
    if (kept.has(id)) continue
    if (position !== 'closed') throw new ChangesTrimmed(`shard ${id} was dropped before it was read to its end`)
    positions.delete(id)
  }
}

function place(positions: Positions, id: string, position: Position): void {
  positions.delete(id)
  positions.set(id, position)
}

/** The cursor is the list of positions: `[shard, sequence number]`, or `[shard]` for one read to its end. */
function encodeCursor(positions: Positions): string {
  const list = [...positions].map(([id, position]) => (position === 'closed' ? [id] : [id, position.after]))
  return Buffer.from(JSON.stringify(list)).toString('base64url')
}

function decodeCursor(cursor: string | undefined): Positions {
  if (cursor === undefined) return new Map()
  const list = parse(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(list)) throw new RangeError('not a cursor of this feed')
  return new Map(
    list.map((entry: unknown): [string, Position] => {
      const [id, after]: unknown[] = Array.isArray(entry) ? entry : []
      if (typeof id !== 'string') throw new RangeError('not a cursor of this feed')
      return [id, typeof after === 'string' ? { after } : 'closed']
    }),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
