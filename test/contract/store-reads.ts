import { describe, expect, it } from 'vitest'
import type { Query, Store } from '../../shared/ports/store.ts'
import { item, key, type OpenStore, openForTest, PARTITION, putAll } from './store-fixture.ts'

/** Guarantees of `get` and `query`: complete, ordered, paged without gap or overlap. */
export function describeReads(open: OpenStore): void {
  describe('reads', () => {
    it('finds nothing under a key that was never put', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('ab')])
      expect(await store.get(key('a'))).toBeUndefined()
      expect(await store.query({ partition: 'T#nobody#clusters', limit: 5 })).toEqual({ items: [] })
    })

    it('keeps partitions apart, also when one name begins with the other', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('a', 'T#acme#c'), key('a', 'T#acme#c1'), key('b', 'T#acme#')])
      expect(await sorts(store, { partition: 'T#acme#c', limit: 10 })).toEqual(['a'])
      expect(await store.get(key('b', 'T#acme#c'))).toBeUndefined()
    })

    it('orders by the UTF-8 bytes of the sort key, both ways', async () => {
      const { store } = await openForTest(open)
      const ordered = ['#', '0', '10', '9', 'A', 'Z', 'a', 'a#', 'aa', 'z', 'ä', '你', '\uffee', '😀']
      await putAll(
        store,
        [...ordered].sort(() => -1).map((sort) => key(sort)),
      )
      expect(await sorts(store, { partition: PARTITION, limit: 100 })).toEqual(ordered)
      expect(await sorts(store, { partition: PARTITION, limit: 100, descending: true })).toEqual(ordered.toReversed())
    })

    it('selects exactly the sort keys that begin with the prefix', async () => {
      const { store } = await openForTest(open)
      const all = ['EV', 'EVT', 'EVT#1', 'EVT#2', 'EVT#\u{10ffff}', 'EVT$', 'EVT%', 'EVU', 'evt#3']
      await putAll(
        store,
        all.map((sort) => key(sort)),
      )
      for (const sortPrefix of ['EVT#', 'EVT', 'EVT%', 'EVT_', 'E', 'none', '']) {
        const wanted = all.filter((sort) => sort.startsWith(sortPrefix))
        expect(await sorts(store, { partition: PARTITION, sortPrefix, limit: 100 })).toEqual(wanted)
      }
    })

    it.each([false, true])('pages without gap or overlap for every page size (descending: %s)', async (descending) => {
      const { store } = await openForTest(open)
      const all = Array.from({ length: 7 }, (_, index) => `P#${index}`)
      await putAll(
        store,
        [...all, 'O#9', 'Q#0'].map((sort) => key(sort)),
      )
      const wanted = descending ? all.toReversed() : all
      for (let limit = 1; limit <= 8; limit += 1) {
        const pages: (readonly string[])[] = []
        let after: string | undefined
        do {
          const page = await store.query({
            partition: PARTITION,
            sortPrefix: 'P#',
            descending,
            limit,
            ...(after !== undefined && { after }),
          })
          pages.push(page.items.map(({ sort }) => sort))
          after = page.next
          expect(pages.length, 'pages that never end').toBeLessThan(20)
        } while (after !== undefined)
        expect(pages.flat()).toEqual(wanted)
        expect(pages.map((page) => page.length)).toEqual(chunkSizes(wanted.length, limit))
      }
    })

    it('names a next page only when one more item exists', async () => {
      const { store } = await openForTest(open)
      await putAll(
        store,
        ['a', 'b', 'c'].map((sort) => key(sort)),
      )
      expect(await store.query({ partition: PARTITION, limit: 2 })).toHaveProperty('next', 'b')
      expect(await store.query({ partition: PARTITION, limit: 3 })).not.toHaveProperty('next')
      expect(await store.query({ partition: PARTITION, limit: 2, after: 'b' })).toEqual({
        items: [item(key('c'), 1, null)],
      })
    })

    it('goes on behind `after` whether or not that item exists, inside and outside the prefix', async () => {
      const { store } = await openForTest(open)
      await putAll(
        store,
        ['a', 'p1', 'p3', 'p5', 'z'].map((sort) => key(sort)),
      )
      const cases: readonly [string, readonly string[], readonly string[]][] = [
        ['p2', ['p3', 'p5'], ['p1']],
        ['p3', ['p5'], ['p1']],
        ['b', ['p1', 'p3', 'p5'], []],
        ['p', ['p1', 'p3', 'p5'], []],
        ['q', [], ['p5', 'p3', 'p1']],
      ]
      for (const [after, ascending, descending] of cases) {
        const query = { partition: PARTITION, sortPrefix: 'p', after, limit: 10 }
        expect(await sorts(store, query), `ascending after ${after}`).toEqual(ascending)
        expect(await sorts(store, { ...query, descending: true }), `descending after ${after}`).toEqual(descending)
      }
    })

    it('fills a page of 1000 and refuses page sizes outside 1 to 1000', async () => {
      const { store } = await openForTest(open)
      const all = Array.from({ length: 1001 }, (_, index) => key(String(index).padStart(4, '0')))
      await putAll(store, all)
      const page = await store.query({ partition: PARTITION, limit: 1000 })
      expect([page.items.length, page.next]).toEqual([1000, '0999'])
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await expect(store.query({ partition: PARTITION, limit })).rejects.toThrow('from 1 to 1000')
      }
    })

    it('fills the page also when its items exceed one megabyte', async () => {
      const { store } = await openForTest(open)
      for (let index = 0; index < 6; index += 1) await putAll(store, [key(`big-${index}`)], 'x'.repeat(300 * 1024))
      expect(await sorts(store, { partition: PARTITION, limit: 6 })).toHaveLength(6)
      expect(await store.query({ partition: PARTITION, limit: 5 })).toHaveProperty('next', 'big-4')
    })
  })
}

async function sorts(store: Store, query: Query): Promise<readonly string[]> {
  return (await store.query(query)).items.map(({ sort }) => sort)
}

function chunkSizes(total: number, size: number): readonly number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, index) => Math.min(size, total - index * size))
}
