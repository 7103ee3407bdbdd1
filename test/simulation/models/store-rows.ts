import type { Item, Key } from '../../../shared/ports/store.ts'

/** An item as it is stored; it is never changed, only replaced. */
export interface Row {
  readonly item: Item
  /** In seconds; infinite where it does not expire. */
  readonly expiresAt: number
}

/** The rows of a store at a moment, by partition, each in its order. */
export type SavedRows = ReadonlyMap<string, readonly Row[]>

/** The rows of a store. */
export interface Rows {
  get(key: Key): Row | undefined
  put(row: Row): void
  remove(key: Key): void
  partition(name: string): readonly Row[]
  /** Rows that expired, the oldest first. */
  expired(nowSeconds: number, limit: number): readonly Row[]
  save(): SavedRows
}

/** The rows of an empty store. */
export function noRows(): SavedRows {
  return new Map()
}

/** Rows that begin as they were saved. */
export function rowsOf(saved: SavedRows): Rows {
  const partitions = new Map([...saved].map(([name, rows]) => [name, [...rows]]))
  const all = () => [...partitions.values()].flat()
  const soonest = () => all().reduce((least, { expiresAt }) => Math.min(least, expiresAt), Number.POSITIVE_INFINITY)
  let nextExpiry = soonest()

  /** Where a sort key is, or would be, and whether it is there. */
  function find(rows: readonly Row[], sort: string): { readonly index: number; readonly isThere: boolean } {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = byteOrder(rows[middle]?.item.sort ?? '', sort)
      if (order === 0) return { index: middle, isThere: true }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { index: low, isThere: false }
  }

  return {
    get: ({ partition, sort }) => {
      const rows = partitions.get(partition) ?? []
      const { index, isThere } = find(rows, sort)
      return isThere ? rows[index] : undefined
    },
    put: (row) => {
      const { partition } = row.item
      const rows = partitions.get(partition) ?? []
      partitions.set(partition, rows)
      const { index, isThere } = find(rows, row.item.sort)
      rows.splice(index, isThere ? 1 : 0, row)
      nextExpiry = Math.min(nextExpiry, row.expiresAt)
    },
    remove: ({ partition, sort }) => {
      const rows = partitions.get(partition) ?? []
      const { index, isThere } = find(rows, sort)
      if (isThere) rows.splice(index, 1)
    },
    partition: (name) => partitions.get(name) ?? [],
    expired: (nowSeconds, limit) => {
      if (nowSeconds < nextExpiry) return []
      // What goes now is looked at once more, when nothing of it is left.
      nextExpiry = soonest()
      const gone = all().filter(({ expiresAt }) => expiresAt <= nowSeconds)
      return gone.toSorted((one, other) => one.expiresAt - other.expiresAt).slice(0, limit)
    },
    save: () => new Map([...partitions].map(([name, rows]) => [name, [...rows]])),
  }
}

/** Code units order texts as their UTF-8 bytes do, unless there are surrogates. */
const SURROGATE = /[\ud800-\udfff]/

/** Negative where one sort key comes before the other: in the order of UTF-8's bytes, which is DynamoDB's. */
export function byteOrder(one: string, other: string): number {
  if (one === other) return 0
  if (SURROGATE.test(one) || SURROGATE.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return one < other ? -1 : 1
}

/** The item as a reader sees it: nothing once it has expired. */
export function liveItem(row: Row | undefined, nowSeconds: number): Item | undefined {
  return row && row.expiresAt > nowSeconds ? row.item : undefined
}
