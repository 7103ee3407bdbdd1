import { describe, expect, it } from 'vitest'
import type { Change, Store } from '../../shared/ports/store.ts'
import { conflictOf, item, key, type OpenStore, openForTest, readFeed } from './store-fixture.ts'

/** Guarantees of `changes`: every commit once, in each item's order, resumable behind any change. */
export function describeFeed(open: OpenStore): void {
  describe('change feed', () => {
    it('feeds inserts, modifications and removals with both images', async () => {
      const { store } = await openForTest(open)
      await store.transact([{ ...key('a'), put: { n: 1 }, guard: 'absent' }])
      await store.transact([{ ...key('a'), put: { n: 2 }, guard: { version: 1 } }])
      await store.transact([{ ...key('a'), delete: true, guard: { version: 2 } }])
      await store.transact([{ ...key('a'), put: { n: 3 }, guard: 'absent' }])
      const { changes } = await readFeed(store, 4)
      const [one, two, three] = [item(key('a'), 1, { n: 1 }), item(key('a'), 2, { n: 2 }), item(key('a'), 1, { n: 3 })]
      expect(changes.map(({ cursor: _, ...change }) => change)).toEqual([
        { ...key('a'), after: one },
        { ...key('a'), before: one, after: two },
        { ...key('a'), before: two },
        { ...key('a'), after: three },
      ])
    })

    it('feeds every write of a transaction, but neither checks nor what a conflict refused', async () => {
      const { store } = await openForTest(open)
      await store.transact([
        { ...key('a'), put: 1, guard: 'absent' },
        { ...key('b', 'T#other#x'), put: 1, guard: 'absent' },
        { ...key('c'), check: true, guard: 'absent' },
      ])
      await conflictOf(
        store.transact([
          { ...key('a'), put: 2, guard: { version: 1 } },
          { ...key('d'), put: 1, guard: { version: 9 } },
        ]),
      )
      const { changes } = await readFeed(store, 2)
      expect(changes.map(({ sort }) => sort).toSorted()).toEqual(['a', 'b'])
    })

    it('keeps the order of each item when many items change at once', async () => {
      const { store } = await openForTest(open)
      await writeHistory(store)
      const { changes } = await readFeed(store, HISTORY_CHANGES)
      const versions = Map.groupBy(changes, ({ sort }) => sort)
      expect(versions.size).toBe(ITEMS)
      for (const [sort, ofItem] of versions) {
        expect(
          ofItem.map(({ before, after }) => [before?.version, after?.version]),
          sort,
        ).toEqual([[undefined, 1], ...Array.from({ length: VERSIONS - 1 }, (_, index) => [index + 1, index + 2])])
      }
    })

    it('loses and repeats nothing when read in batches of any size', async () => {
      const { store } = await openForTest(open)
      await writeHistory(store)
      for (const limit of [1, 2, 3, 7, HISTORY_CHANGES, HISTORY_CHANGES + 1]) {
        const { changes } = await readFeed(store, HISTORY_CHANGES, { limit })
        expect(changes).toHaveLength(HISTORY_CHANGES)
        expect(new Set(changes.map(identity)).size, `batches of ${limit}`).toBe(HISTORY_CHANGES)
      }
    })

    it('goes on behind any change it fed', async () => {
      const { store } = await openForTest(open)
      await writeHistory(store)
      const { changes } = await readFeed(store, HISTORY_CHANGES)
      for (const [index, { cursor }] of changes.entries()) {
        const wanted = changes.slice(index + 1).map(identity)
        const rest = await readFeed(store, wanted.length, { cursor })
        expect(rest.changes.map(identity).toSorted()).toEqual(wanted.toSorted())
      }
    })

    it('gives a cursor on an empty feed, and from there everything that comes later', async () => {
      const { store } = await openForTest(open)
      const empty = await store.changes(undefined, 10)
      expect(empty.changes).toEqual([])
      await store.transact([{ ...key('a'), put: 1, guard: 'absent' }])
      const first = await readFeed(store, 1, { cursor: empty.cursor })
      expect(first.changes.map(identity)).toEqual(['a 1'])
      await store.transact([{ ...key('b'), put: 1, guard: 'absent' }])
      const second = await readFeed(store, 1, { cursor: first.cursor })
      expect(second.changes.map(identity)).toEqual(['b 1'])
    })

    it('refuses a cursor it never gave and a limit below 1', async () => {
      const { store } = await openForTest(open)
      await expect(store.changes('no cursor', 10)).rejects.toThrow('not a cursor of this feed')
      await expect(store.changes(undefined, 0)).rejects.toThrow('limit')
    })
  })
}

const ITEMS = 5
const VERSIONS = 6
const HISTORY_CHANGES = ITEMS * VERSIONS

/** Five items with six versions each, written by five parallel writers. */
async function writeHistory(store: Store): Promise<void> {
  const writers = Array.from({ length: ITEMS }, async (_, writer) => {
    await store.transact([{ ...key(`item-${writer}`), put: 1, guard: 'absent' }])
    for (let version = 1; version < VERSIONS; version += 1) {
      await store.transact([{ ...key(`item-${writer}`), put: version + 1, guard: { version } }])
    }
  })
  await Promise.all(writers)
}

function identity({ sort, after }: Change): string {
  return `${sort} ${after?.version}`
}
