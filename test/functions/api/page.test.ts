import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePlace, encodePlace, type PageRequest, readPage, slicePage } from '../../../functions/api/page.ts'
import { openSqliteStore } from '../../../local/sqlite-store.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'

const page = (size: number, after?: string): PageRequest => ({ size, after, tokenAt: (place) => place })

describe('a token', () => {
  it('leads back to its place, in its own scope only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (place, scope, other) => {
        const token = encodePlace(scope, place)
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(decodePlace(scope, token)).toBe(place)
        if (scope !== other) expect(() => decodePlace(other, token)).toThrow(/token/)
      }),
    )
  })

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodePlace('scope', text)).toThrow(/token/)
      }),
    )
  })
})

describe('a list read in pages', () => {
  it('gives every row that is kept exactly once, whatever the page size and the filter', async () => {
    const store = openSqliteStore(':memory:', { clock: createVirtualClock() })
    const all = Array.from({ length: 37 }, (_, index) => index)
    for (const n of all) {
      await store.transact([{ partition: 'T#a#X', sort: String(n).padStart(3, '0'), put: n, guard: 'absent' }])
    }
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (size, every, descending) => {
          const seen: unknown[] = []
          let after: string | undefined
          do {
            const { items, nextPageToken } = await readPage(
              store,
              { partition: 'T#a#X', descending },
              page(size, after),
              ({ value }) => (Number(value) % every === 0 ? value : undefined),
            )
            expect(items.length).toBeLessThanOrEqual(size)
            seen.push(...items)
            after = nextPageToken
          } while (after !== undefined)
          const wanted = all.filter((n) => n % every === 0)
          expect(seen).toEqual(descending ? wanted.reverse() : wanted)
        },
      ),
    )
  })

  it('does the same with a list that is at hand', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/)), fc.integer({ min: 1, max: 10 }), (names, size) => {
        const seen: string[] = []
        let after: string | undefined
        do {
          const { items, nextPageToken } = slicePage(names, page(size, after), (text) => text)
          seen.push(...items)
          after = nextPageToken
        } while (after !== undefined)
        expect(seen).toEqual([...names].sort())
      }),
    )
  })
})
