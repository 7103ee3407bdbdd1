import { describe, expect, it } from 'vitest'
import type { Json, Write } from '../../shared/ports/store.ts'
import { MAX_TRANSACTION_WRITES } from '../../shared/ports/store.ts'
import { MAX_ITEM_BYTES } from '../../shared/ports/store-rules.ts'
import { conflictOf, item, key, type OpenStore, openForTest, PARTITION, putAll } from './store-fixture.ts'

const KIB = 1024

/** Guarantees of `transact`: atomic, guarded, versioned, exact, and refused where DynamoDB would refuse. */
export function describeWrites(open: OpenStore): void {
  describe('writes', () => {
    it('shows a committed write to the very next read', async () => {
      const { store } = await openForTest(open)
      await store.transact([{ ...key('a'), put: { size: 3 }, guard: 'absent' }])
      expect(await store.get(key('a'))).toEqual(item(key('a'), 1, { size: 3 }))
      expect((await store.query({ partition: PARTITION, limit: 10 })).items).toEqual([item(key('a'), 1, { size: 3 })])
    })

    it('counts versions from 1 upward by one with every put', async () => {
      const { store } = await openForTest(open)
      await store.transact([{ ...key('a'), put: 'v1', guard: 'absent' }])
      for (const version of [1, 2, 3]) {
        await store.transact([{ ...key('a'), put: `v${version + 1}`, guard: { version } }])
        expect(await store.get(key('a'))).toEqual(item(key('a'), version + 1, `v${version + 1}`))
      }
    })

    it('starts again at version 1 when a deleted item is put anew', async () => {
      const { store } = await openForTest(open)
      await store.transact([{ ...key('a'), put: 'old', guard: 'absent' }])
      await store.transact([{ ...key('a'), put: 'older', guard: { version: 1 } }])
      await store.transact([{ ...key('a'), delete: true, guard: { version: 2 } }])
      expect(await store.get(key('a'))).toBeUndefined()
      await store.transact([{ ...key('a'), put: 'new', guard: 'absent' }])
      expect(await store.get(key('a'))).toEqual(item(key('a'), 1, 'new'))
    })

    it('commits puts, deletes and checks of one transaction together', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('kept'), key('gone'), key('seen')])
      await store.transact([
        { ...key('kept'), put: 'changed', guard: { version: 1 } },
        { ...key('gone'), delete: true, guard: { version: 1 } },
        { ...key('seen'), check: true, guard: { version: 1 } },
        { ...key('nowhere'), check: true, guard: 'absent' },
        { ...key('new', 'T#other#clusters'), put: 'fresh', guard: 'absent' },
      ])
      expect((await store.query({ partition: PARTITION, limit: 10 })).items).toEqual([
        item(key('kept'), 2, 'changed'),
        item(key('seen'), 1, null),
      ])
      expect(await store.get(key('new', 'T#other#clusters'))).toBeDefined()
    })

    it.each<[string, Write]>([
      ['put of an item that must be absent', { ...key('there'), put: 'x', guard: 'absent' }],
      ['put of another version', { ...key('there'), put: 'x', guard: { version: 2 } }],
      ['put of a version of a missing item', { ...key('missing'), put: 'x', guard: { version: 1 } }],
      ['delete of another version', { ...key('there'), delete: true, guard: { version: 2 } }],
      ['delete of a missing item', { ...key('missing'), delete: true, guard: { version: 1 } }],
      ['check of another version', { ...key('there'), check: true, guard: { version: 2 } }],
      ['check of a missing item', { ...key('missing'), check: true, guard: { version: 1 } }],
      ['check that an item is absent', { ...key('there'), check: true, guard: 'absent' }],
    ])('writes nothing when one guard fails: %s', async (_, failing) => {
      const { store } = await openForTest(open)
      await putAll(store, [key('there'), key('bystander')], 'before')
      const others: readonly Write[] = [
        { ...key('bystander'), put: 'after', guard: { version: 1 } },
        { ...key('new'), put: 'after', guard: 'absent' },
      ]
      for (const writes of [[failing], [failing, ...others], [...others, failing]]) {
        const conflict = await conflictOf(store.transact(writes))
        const current = failing.sort === 'there' ? item(key('there'), 1, 'before') : undefined
        expect(conflict.failed).toEqual([{ key: key(failing.sort), current }])
      }
      expect((await store.query({ partition: PARTITION, limit: 10 })).items).toEqual([
        item(key('bystander'), 1, 'before'),
        item(key('there'), 1, 'before'),
      ])
    })

    it('lists every failed key of a conflict with its current item, and no other', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('a'), key('b')], 'stored')
      const conflict = await conflictOf(
        store.transact([
          { ...key('b'), put: 'x', guard: 'absent' },
          { ...key('a'), put: 'x', guard: { version: 1 } },
          { ...key('c'), delete: true, guard: { version: 7 } },
        ]),
      )
      expect(conflict.failed).toEqual([
        { key: key('b'), current: item(key('b'), 1, 'stored') },
        { key: key('c'), current: undefined },
      ])
    })

    it('takes 100 writes and refuses none and 101', async () => {
      const { store } = await openForTest(open)
      const writes = Array.from({ length: MAX_TRANSACTION_WRITES + 1 }, (_, index) => ({
        ...key(`item-${index}`),
        put: index,
        guard: 'absent' as const,
      }))
      await expect(store.transact([])).rejects.toThrow('1 to 100 writes, not 0')
      await expect(store.transact(writes)).rejects.toThrow('1 to 100 writes, not 101')
      expect((await store.query({ partition: PARTITION, limit: 1000 })).items).toEqual([])
      await store.transact(writes.slice(1))
      expect((await store.query({ partition: PARTITION, limit: 1000 })).items).toHaveLength(MAX_TRANSACTION_WRITES)
    })

    it('refuses two writes on one key', async () => {
      const { store } = await openForTest(open)
      const outcome = store.transact([
        { ...key('a'), put: 1, guard: 'absent' },
        { ...key('a'), check: true, guard: 'absent' },
      ])
      await expect(outcome).rejects.toThrow('same key')
      expect(await store.get(key('a'))).toBeUndefined()
    })

    it.each([
      ['an empty partition', key('a', ''), 'partition of a key is empty'],
      ['an empty sort', key(''), 'sort of a key is empty'],
      ['a partition over 2048 bytes', key('a', 'ü'.repeat(1025)), '2050 bytes, at most 2048'],
      ['a sort over 1024 bytes', key('ü'.repeat(513)), '1026 bytes, at most 1024'],
      ['a lone surrogate', key('\ud800'), 'not well-formed'],
    ])('refuses %s as a key', async (_, bad, message) => {
      const { store } = await openForTest(open)
      await expect(store.transact([{ ...bad, put: 1, guard: 'absent' }])).rejects.toThrow(message)
      await expect(store.get(bad)).rejects.toThrow(message)
    })

    it('returns values exactly as they were put', async () => {
      const { store } = await openForTest(open)
      for (const [index, value] of AWKWARD_VALUES.entries()) {
        await store.transact([{ ...key(`v${index}`), put: value, guard: 'absent' }])
        expect((await store.get(key(`v${index}`)))?.value).toStrictEqual(value)
      }
    })

    it('drops fields that are undefined, as JSON does', async () => {
      const { store } = await openForTest(open)
      await store.transact([{ ...key('a'), put: { kept: 1, dropped: undefined }, guard: 'absent' }])
      expect((await store.get(key('a')))?.value).toStrictEqual({ kept: 1 })
    })

    it('stores items up to 400 KB and refuses larger ones and transactions over 4 MB', async () => {
      const { store } = await openForTest(open)
      const largest = 'x'.repeat(MAX_ITEM_BYTES - PARTITION.length - 'big'.length - '""'.length - 67)
      await store.transact([{ ...key('usual'), put: 'ü'.repeat(150 * KIB), guard: 'absent' }])
      await store.transact([{ ...key('big'), put: largest, guard: 'absent' }])
      expect((await store.get(key('usual')))?.value).toBe('ü'.repeat(150 * KIB))
      expect((await store.get(key('big')))?.value).toBe(largest)

      const tooLarge = { ...key('big'), put: largest + 'x', guard: { version: 1 } }
      await expect(store.transact([{ ...key('a'), put: 1, guard: 'absent' }, tooLarge])).rejects.toThrow('409601 bytes')
      const eleven = Array.from({ length: 11 }, (_, index) => ({
        ...key(`part-${index}`),
        put: 'x'.repeat(390 * KIB),
        guard: 'absent' as const,
      }))
      await expect(store.transact(eleven)).rejects.toThrow('at most 4194304 bytes')
      const { items } = await store.query({ partition: PARTITION, limit: 10 })
      expect(items.map(({ sort, version }) => [sort, version])).toEqual([
        ['big', 1],
        ['usual', 1],
      ])
    })
  })
}

const AWKWARD_VALUES: readonly Json[] = [
  null,
  true,
  '',
  [],
  {},
  { '': '' },
  { nested: [null, { deeper: null }, [[]]], empty: '', no: false },
  [0, -1, 0.1 + 0.2, 1e300, -1e300, 5e-324, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 2 ** 63],
  'Grüße 你好 😀 \u0000 \u2028 \\ " \ud800 e\u0301',
  { 'Schlüssel mit 😀': 1, S: 'x', N: '1', 'a.b': 1, '#a': 1, ':b': 2, value: 3, size: 4 },
]
