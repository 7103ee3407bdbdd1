import { openSqliteStore, type SqliteStore } from '../../local/sqlite-store.ts'
import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { Change, Write } from '../../shared/ports/store.ts'
import { type Commit, type Facts, followFacts, type Invariant } from './invariants/facts.ts'
import { type StepCall, stepAtWork } from './invoke-step.ts'
import { readChange } from './record-change.ts'

/** The store of a simulated world, whose every commit is judged before anyone goes on. */
export interface WatchedStore {
  readonly store: SqliteStore
  readonly facts: Facts
  /** Whether a reader at this cursor has seen all but what hosts report, which never ends. */
  readonly isFollowedAt: (cursor: string | undefined) => boolean
}

/** More than any run commits: a run that does not end is noticed by its virtual time, not here. */
const CHANGES_KEPT = 1_000_000

/** Opens an empty store; what an invariant throws goes to `onViolation`, not to the writer. */
export function watchedStore(
  clock: VirtualClock,
  invariants: readonly Invariant[],
  onCommit: (commit: Commit) => void,
  onViolation: (violation: unknown) => void,
): WatchedStore {
  const store = openSqliteStore(':memory:', { clock, changesKept: CHANGES_KEPT })
  const { facts, apply } = followFacts()
  const log: Change[] = []
  let cursor: string | undefined
  let followedEnd = 0
  let turn: Promise<void> = Promise.resolve()

  async function commit(writes: readonly Write[], writer: StepCall | undefined): Promise<void> {
    await store.transact(writes)
    const news = await store.changes(cursor, CHANGES_KEPT)
    cursor = news.cursor
    log.push(...news.changes)
    const made = { changes: news.changes.map(readChange), writer }
    if (made.changes.some(({ kind }) => kind !== 'host')) followedEnd = Number(cursor)
    try {
      apply(made)
      onCommit(made)
      for (const invariant of invariants) invariant(made, facts)
    } catch (violation) {
      onViolation(violation)
    }
  }

  return {
    facts,
    isFollowedAt: (reader) => Number(reader ?? 0) >= followedEnd,
    store: {
      ...store,
      // From memory, where all of it was just read: a simulation is mostly its followers looking.
      changes: async (after, limit) => {
        const changes = log.slice(Number(after ?? 0), Number(after ?? 0) + limit)
        return { changes, cursor: changes.at(-1)?.cursor ?? String(after ?? 0) }
      },
      // One after the other, so that each transaction is judged by what it alone changed.
      transact: (writes) => {
        const writer = stepAtWork()
        const mine = turn.then(() => commit(writes, writer))
        turn = mine.catch(() => undefined)
        return mine
      },
    },
  }
}
