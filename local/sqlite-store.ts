import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../shared/ports/clock.ts'
import type { Change, Changes, Key, Page, Query, Store, Write } from '../shared/ports/store.ts'
import { TransactionConflict } from '../shared/ports/store.ts'
import {
  ChangesTrimmed,
  type CheckedWrite,
  checkKey,
  checkLimit,
  checkQuery,
  checkWrites,
} from '../shared/ports/store-rules.ts'
import { guardHolds, type StoredRow, toChange, toItem, toStoredRow } from './sqlite-rows.ts'
import { prepareDatabase } from './sqlite-schema.ts'
import { prepareStatements } from './sqlite-statements.ts'

/** The embedded store of the local mode: the port, a wake-up for feed readers of this process, and its end. */
export interface SqliteStore extends Store {
  /**
   * Calls `listener` after every commit made through this store, so that a reader of `changes` in this process need not
   * poll. Commits of other processes wake nobody here. Returns the way to stop listening.
   */
  onChange(listener: () => void): () => void
  close(): void
}

/** What a composition may set; the defaults are those of the local mode. */
export interface SqliteStoreOptions {
  /** Decides what has expired. */
  readonly clock: Pick<Clock, 'now'>
  /** Changes kept for the feed. */
  readonly changesKept?: number
}

/**
 * Creating a cluster writes about a hundred changes of 1 to 4 KB with both images: 50,000 let a reader fall some five
 * hundred creations behind and bound the feed at about 200 MB.
 */
const CHANGES_KEPT = 50_000

/** How long a writer waits for another process: a commit takes about a millisecond, so this is reached only by a stuck one. */
const BUSY_TIMEOUT_MILLISECONDS = 10_000

/** Expired items removed by one commit. More than a commit usually adds, so the backlog shrinks. */
const SWEPT_PER_COMMIT = 20

/** Opens (and creates) the store in a file, or in memory for tests. Several processes may open the same file. */
export function openSqliteStore(path: string, { clock, changesKept = CHANGES_KEPT }: SqliteStoreOptions): SqliteStore {
  const inFile = path !== ':memory:'
  if (inFile) mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MILLISECONDS })
  // The file holds every tenant's state; SQLite gives its log files the same mode.
  if (inFile) chmodSync(path, 0o600)
  prepareDatabase(database)
  const statements = prepareStatements(database)
  const listeners = new Set<() => void>()

  const nowSeconds = () => Math.floor(clock.now() / 1000)

  function stored(key: Key): StoredRow | undefined {
    const row = statements.stored.get(key.partition, key.sort)
    return row && toStoredRow(row)
  }

  function lastCursor(): number {
    return Number(statements.lastCursor.get()?.cursor ?? 0)
  }

  function apply(write: CheckedWrite, before: StoredRow | undefined): void {
    if (write.kind === 'check') return
    const { partition, sort } = write.key
    if (write.kind === 'put') {
      statements.put.run(partition, sort, write.version, write.json, write.expiresAt ?? null)
    } else {
      statements.remove.run(partition, sort)
    }
    const after = write.kind === 'put' ? write : undefined
    statements.addChange.run(
      partition,
      sort,
      before?.version ?? null,
      before?.json ?? null,
      after?.version ?? null,
      after?.json ?? null,
    )
  }

  function commit(writes: readonly CheckedWrite[]): void {
    const now = nowSeconds()
    const steps = writes.map((write) => ({ write, before: stored(write.key) }))
    const failed = steps
      .filter(({ write, before }) => !guardHolds(write.guard, before, now))
      .map(({ write, before }) => ({ key: write.key, current: before && toItem(before, now) }))
    if (failed.length > 0) throw new TransactionConflict(failed)
    for (const { write, before } of steps) apply(write, before)
    for (const row of statements.expired.all(now, SWEPT_PER_COMMIT)) {
      const before = toStoredRow(row)
      apply({ kind: 'delete', key: before, guard: { version: before.version } }, before)
    }
    statements.trim.run(changesKept)
  }

  return {
    async get(key) {
      checkKey(key)
      const row = stored(key)
      return row && toItem(row, nowSeconds())
    },

    async query(query: Query): Promise<Page> {
      checkQuery(query)
      const { partition, sortPrefix = '', after, descending = false, limit } = query
      const now = nowSeconds()
      // One row more than asked for tells whether a further page exists.
      const rows = descending
        ? statements.queryDescending.all({ partition, prefix: sortPrefix, after: after ?? null, now, limit: limit + 1 })
        : statements.queryAscending.all({ partition, prefix: sortPrefix, after: after ?? '', now, limit: limit + 1 })
      const items = rows.slice(0, limit).flatMap((row) => toItem(toStoredRow(row), now) ?? [])
      const next = items.at(-1)?.sort
      return rows.length > limit && next !== undefined ? { items, next } : { items }
    },

    async transact(writes: readonly Write[]): Promise<void> {
      const checked = checkWrites(writes)
      database.exec('BEGIN IMMEDIATE')
      try {
        commit(checked)
        database.exec('COMMIT')
      } finally {
        if (database.isTransaction) database.exec('ROLLBACK')
      }
      // As microtasks, so that a listener's failure is its own and never the writer's.
      for (const listener of listeners) queueMicrotask(listener)
    },

    async changes(cursor: string | undefined, limit: number): Promise<Changes> {
      checkLimit(limit)
      const after = readCursor(cursor)
      const changes: readonly Change[] = statements.changesAfter.all(after ?? 0, limit).map(toChange)
      const first = changes[0]?.cursor
      if (after !== undefined && first !== undefined && Number(first) !== after + 1) {
        throw new ChangesTrimmed(`the feed no longer holds the changes after ${after}, the oldest kept is ${first}`)
      }
      if (after !== undefined && first === undefined && after > lastCursor()) {
        throw new RangeError(`cursor ${after} is ahead of this feed, so it belongs to another store`)
      }
      return { changes, cursor: changes.at(-1)?.cursor ?? String(after ?? 0) }
    },

    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    close() {
      listeners.clear()
      database.close()
    },
  }
}

function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d{1,15}$/.test(cursor)) throw new RangeError(`not a cursor of this feed: ${cursor}`)
  return Number(cursor)
}
