import type { Clock } from '../../../shared/ports/clock.ts'
import type { Change, Item, Json, Key, Query, Store, Write } from '../../../shared/ports/store.ts'
import { TransactionConflict } from '../../../shared/ports/store.ts'
import { type CheckedWrite, checkKey, checkLimit, checkQuery, checkWrites } from '../../../shared/ports/store-rules.ts'
import { byteOrder, liveItem, noRows, type Row, rowsOf, type SavedRows } from './store-rows.ts'

/** The store of the simulated world: it keeps the contract that the adapters keep, and it can be saved. */
export interface StoreModel extends Store {
  /** Calls `listener` after every commit; returns the way to stop listening. */
  onChange(listener: () => void): () => void
  /** What another model needs to go on from here. */
  save(): SavedStore
}

/** A store at a moment. */
export interface SavedStore {
  readonly rows: SavedRows
  readonly changes: readonly Change[]
}

/** An empty store. */
export function nothingStored(): SavedStore {
  return { rows: noRows(), changes: [] }
}

/** Expired items removed by one commit, as in the local mode. */
const SWEPT_PER_COMMIT = 20

/** A store in memory; whoever reads gets the very value that is stored, and nobody can change it. */
export function storeModel(clock: Pick<Clock, 'now'>, saved = nothingStored()): StoreModel {
  const rows = rowsOf(saved.rows)
  const log = [...saved.changes]
  const listeners = new Set<() => void>()
  const nowSeconds = () => Math.floor(clock.now() / 1000)

  function apply(write: CheckedWrite, before: Item | undefined): void {
    if (write.kind === 'check') return
    const { key } = write
    const after = write.kind === 'put' ? itemOf(key, write.version, write.json) : undefined
    if (after) rows.put({ item: after, expiresAt: expiryOf(write) })
    else rows.remove(key)
    log.push({ cursor: String(log.length + 1), ...key, ...(before && { before }), ...(after && { after }) })
  }

  function commit(writes: readonly CheckedWrite[]): void {
    const now = nowSeconds()
    const steps = writes.map((write) => ({ write, row: rows.get(write.key) }))
    const failed = steps.flatMap(({ write: { key, guard }, row }) => {
      const current = liveItem(row, now)
      const holds = guard === 'absent' ? !current : current?.version === guard.version
      return holds ? [] : [{ key, current }]
    })
    if (failed.length > 0) throw new TransactionConflict(failed)
    for (const { write, row } of steps) apply(write, row?.item)
    for (const { item } of rows.expired(now, SWEPT_PER_COMMIT)) {
      const { partition, sort, version } = item
      apply({ kind: 'delete', key: { partition, sort }, guard: { version } }, item)
    }
  }

  return {
    get: async (key) => {
      checkKey(key)
      return liveItem(rows.get(key), nowSeconds())
    },
    query: async (query) => {
      checkQuery(query)
      const now = nowSeconds()
      const found = within(rows.partition(query.partition), query).flatMap((row) => liveItem(row, now) ?? [])
      const items = found.slice(0, query.limit)
      const next = items.at(-1)?.sort
      return found.length > query.limit && next !== undefined ? { items, next } : { items }
    },
    transact: async (writes: readonly Write[]) => {
      commit(checkWrites(writes))
      for (const listener of listeners) queueMicrotask(listener)
    },
    changes: async (cursor, limit) => {
      checkLimit(limit)
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw new RangeError(`not a cursor of this feed: ${cursor}`)
      const after = Number(cursor ?? 0)
      const changes = log.slice(after, after + limit)
      return { changes, cursor: changes.at(-1)?.cursor ?? String(after) }
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    save: () => ({ rows: rows.save(), changes: [...log] }),
  }
}

function within(partition: readonly Row[], { sortPrefix = '', after, descending = false }: Query): readonly Row[] {
  const isBehind = (sort: string) =>
    after === undefined || (descending ? byteOrder(sort, after) < 0 : byteOrder(sort, after) > 0)
  const found = partition.filter(({ item: { sort } }) => sort.startsWith(sortPrefix) && isBehind(sort))
  return descending ? found.reverse() : found
}

function expiryOf(write: CheckedWrite): number {
  return (write.kind === 'put' ? write.expiresAt : undefined) ?? Number.POSITIVE_INFINITY
}

function itemOf({ partition, sort }: Key, version: number, json: string): Item {
  return frozen({ partition, sort, version, value: frozenJson(JSON.parse(json)) })
}

function frozenJson(value: Json): Json {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozenJson(part ?? null)
  return frozen(value)
}

const frozen = <T>(value: T): Readonly<T> => Object.freeze(value)
