import { describe, expect, it } from 'vitest'
import { conflictOf, item, key, type OpenStore, openForTest, PARTITION, putAll, readFeed } from './store-fixture.ts'

/** Guarantees of `expiresAt`: an expired item counts as absent at once, whenever the store really drops it. */
export function describeExpiry(open: OpenStore): void {
  describe('expiry', () => {
    it('hides an item from the second of its expiry on', async () => {
      const { store, clock } = await openForTest(open)
      const expiresAt = clock.nowSeconds() + 60
      await store.transact([{ ...key('a'), put: 'short', guard: 'absent', expiresAt }])
      clock.advanceSeconds(59)
      expect(await store.get(key('a'))).toEqual(item(key('a'), 1, 'short'))
      expect((await store.query({ partition: PARTITION, limit: 1 })).items).toHaveLength(1)
      clock.advanceSeconds(1)
      expect(await store.get(key('a'))).toBeUndefined()
      expect(await store.query({ partition: PARTITION, limit: 1 })).toEqual({ items: [] })
    })

    it('treats an expired item as absent in every guard', async () => {
      const { store, clock } = await openForTest(open)
      const expiresAt = clock.nowSeconds() + 60
      await store.transact([{ ...key('a'), put: 'short', guard: 'absent', expiresAt }])
      clock.advanceSeconds(60)
      const gone = [{ key: key('a'), current: undefined }]
      expect((await conflictOf(store.transact([{ ...key('a'), put: 'x', guard: { version: 1 } }]))).failed).toEqual(
        gone,
      )
      expect((await conflictOf(store.transact([{ ...key('a'), delete: true, guard: { version: 1 } }]))).failed).toEqual(
        gone,
      )
      expect((await conflictOf(store.transact([{ ...key('a'), check: true, guard: { version: 1 } }]))).failed).toEqual(
        gone,
      )
      await store.transact([
        { ...key('a'), check: true, guard: 'absent' },
        { ...key('b'), put: 'witness', guard: 'absent' },
      ])
      await store.transact([{ ...key('a'), put: 'again', guard: 'absent' }])
      expect(await store.get(key('a'))).toEqual(item(key('a'), 1, 'again'))
    })

    it('lets every put decide anew whether the item expires', async () => {
      const { store, clock } = await openForTest(open)
      const expiresAt = clock.nowSeconds() + 60
      await store.transact([{ ...key('a'), put: 1, guard: 'absent', expiresAt }])
      await store.transact([{ ...key('a'), put: 2, guard: { version: 1 }, expiresAt: expiresAt + 60 }])
      clock.advanceSeconds(60)
      expect(await store.get(key('a'))).toEqual(item(key('a'), 2, 2))
      await store.transact([{ ...key('a'), put: 3, guard: { version: 2 } }])
      clock.advanceSeconds(1_000_000)
      expect(await store.get(key('a'))).toEqual(item(key('a'), 3, 3))
    })

    it('fills pages past expired items and names no next page of expired ones', async () => {
      const { store, clock } = await openForTest(open)
      const expiresAt = clock.nowSeconds() + 60
      for (const sort of ['a1', 'a2', 'c1', 'c2', 'e1', 'e2']) {
        await store.transact([{ ...key(sort), put: null, guard: 'absent', expiresAt }])
      }
      await putAll(store, [key('b'), key('d')])
      clock.advanceSeconds(60)
      const first = await store.query({ partition: PARTITION, limit: 1 })
      expect(first).toEqual({ items: [item(key('b'), 1, null)], next: 'b' })
      expect(await store.query({ partition: PARTITION, limit: 1, after: 'b' })).toEqual({
        items: [item(key('d'), 1, null)],
      })
    })

    it('refuses an expiry that is not a whole number of seconds', async () => {
      const { store } = await openForTest(open)
      for (const expiresAt of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.transact([{ ...key('a'), put: 1, guard: 'absent', expiresAt }])).rejects.toThrow('expiresAt')
      }
    })

    it('feeds the image of an expired item that is put anew as `before`', async () => {
      const { store, clock } = await openForTest(open)
      await store.transact([{ ...key('a'), put: 'old', guard: 'absent', expiresAt: clock.nowSeconds() + 60 }])
      clock.advanceSeconds(60)
      await store.transact([{ ...key('a'), put: 'new', guard: 'absent' }])
      const { changes } = await readFeed(store, 2)
      expect(changes.map(({ before, after }) => ({ before, after }))).toEqual([
        { before: undefined, after: item(key('a'), 1, 'old') },
        { before: item(key('a'), 1, 'old'), after: item(key('a'), 1, 'new') },
      ])
    })
  })
}
