import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import {
  type Change,
  type Item,
  type Json,
  type Key,
  type Store,
  TransactionConflict,
} from '../../shared/ports/store.ts'

/** Opens an empty store for one test; what it opened is closed when the test ends. */
export type OpenStore = (clock: Clock) => Promise<{ readonly store: Store; close(): Promise<void> | void }>

/** Time that stands still until the test moves it; sleeping (between retries) takes real time. */
export interface TestClock extends Clock {
  nowSeconds(): number
  advanceSeconds(seconds: number): void
}

/** A new empty store and the clock it runs on. */
export async function openForTest(open: OpenStore): Promise<{ store: Store; clock: TestClock }> {
  let now = Date.UTC(2026, 0, 1)
  const clock: TestClock = {
    now: () => now,
    sleep: systemClock.sleep,
    nowSeconds: () => now / 1000,
    advanceSeconds: (seconds) => {
      now += seconds * 1000
    },
  }
  const { store, close } = await open(clock)
  onTestFinished(async () => {
    await close()
  })
  return { store, clock }
}

/** The partition that most tests write to. */
export const PARTITION = 'T#acme#clusters'

/** A key in that partition. */
export function key(sort: string, partition: string = PARTITION): Key {
  return { partition, sort }
}

/** An item as the store should return it. */
export function item(at: Key, version: number, value: Json): Item {
  return { ...at, version, value }
}

/** Writes new items, at most a hundred at a time. */
export async function putAll(store: Store, keys: readonly Key[], value: Json = null): Promise<void> {
  for (let start = 0; start < keys.length; start += 100) {
    await store.transact(keys.slice(start, start + 100).map((at) => ({ ...at, put: value, guard: 'absent' })))
  }
}

/** The conflict with which `outcome` rejects; fails the test when it does not. */
export async function conflictOf(outcome: Promise<void>): Promise<TransactionConflict> {
  const error = await outcome.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TransactionConflict) return error
  throw new Error(`expected a TransactionConflict, got ${error}`)
}

/**
 * Reads the feed in batches of `limit` until `expected` changes came, and one batch more, which must bring nothing. A
 * real stream delivers with some delay, so empty batches on the way are allowed; the test's own timeout ends the wait.
 */
export async function readFeed(
  store: Store,
  expected: number,
  { cursor, limit = 1000 }: { cursor?: string | undefined; limit?: number } = {},
): Promise<{ changes: readonly Change[]; cursor: string }> {
  const changes: Change[] = []
  let position = cursor
  while (changes.length < expected) {
    const batch = await store.changes(position, limit)
    if (batch.changes.length > limit) throw new Error(`a batch of ${batch.changes.length} exceeds its limit ${limit}`)
    changes.push(...batch.changes)
    position = batch.cursor
    await setImmediate()
  }
  const last = await store.changes(position, limit)
  return { changes: [...changes, ...last.changes], cursor: last.cursor }
}
