import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { Write } from '../../shared/ports/store.ts'
import { type Commit, type Facts, followFacts, type Invariant, NO_FACTS } from './invariants/facts.ts'
import { type StepCall, stepAtWork } from './invoke-step.ts'
import { nothingStored, type SavedStore, type StoreModel, storeModel } from './models/store.ts'
import { readChange } from './record-change.ts'

/** The store of a simulated world, whose every commit is judged before anyone goes on. */
export interface WatchedStore {
  readonly store: StoreModel
  readonly facts: Facts
  /** Whether a reader at this cursor has seen all but what hosts report, which never ends. */
  readonly isFollowedAt: (cursor: string | undefined) => boolean
  /** What another one needs to go on from here. */
  save(): SavedWatch
}

/** What stands in a store at a moment, and the facts that follow from it. */
export interface SavedWatch {
  readonly store: SavedStore
  readonly facts: Facts
}

/** Far more changes than a transaction makes. */
const CHANGES_AT_ONCE = 1000

/** Opens a store, empty unless it was saved; what an invariant throws goes to `onViolation`, not to the writer. */
export function watchedStore(
  clock: VirtualClock,
  invariants: readonly Invariant[],
  onCommit: (commit: Commit) => void,
  onViolation: (violation: unknown) => void,
  saved: SavedWatch = { store: nothingStored(), facts: NO_FACTS },
): WatchedStore {
  const store = storeModel(clock, saved.store)
  const { facts, apply } = followFacts(saved.facts)
  let cursor = saved.store.changes.at(-1)?.cursor
  // A world is saved only when all of it is followed.
  let followedEnd = 0
  let turn: Promise<void> = Promise.resolve()

  async function commit(writes: readonly Write[], writer: StepCall | undefined): Promise<void> {
    await store.transact(writes)
    const news = await store.changes(cursor, CHANGES_AT_ONCE)
    cursor = news.cursor
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
    save: () => ({ store: store.save(), facts: followFacts(facts).facts }),
    store: {
      ...store,
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
