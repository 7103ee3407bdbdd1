import { describe, expect, it } from 'vitest'
import { type Store, TransactionConflict, type Write } from '../../shared/ports/store.ts'
import { item, key, type OpenStore, openForTest, PARTITION, putAll } from './store-fixture.ts'

const WRITERS = 50
const QUOTA = 10

/** Guarantees under concurrency: no lost update, no quota passed, one winner. */
export function describeRaces(open: OpenStore): void {
  describe('races', () => {
    it('loses no update of 50 parallel writers who retry on conflict', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('counter')], 0)
      await Promise.all(Array.from({ length: WRITERS }, () => increment(store)))
      expect(await store.get(key('counter'))).toEqual(item(key('counter'), WRITERS + 1, WRITERS))
    })

    it('never passes a quota of 10 under 50 parallel claims, and grants exactly 10', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('quota')], 0)
      const granted = await Promise.all(Array.from({ length: WRITERS }, (_, index) => claim(store, `claim-${index}`)))
      expect(granted.filter(Boolean)).toHaveLength(QUOTA)
      expect(await store.get(key('quota'))).toEqual(item(key('quota'), QUOTA + 1, QUOTA))
      const claims = await store.query({ partition: PARTITION, sortPrefix: 'claim-', limit: 100 })
      expect(claims.items).toHaveLength(QUOTA)
    })

    it('lets exactly one of 50 parallel creators of the same item win', async () => {
      const { store } = await openForTest(open)
      const winners = await Promise.all(
        Array.from({ length: WRITERS }, async (_, index) => {
          const isWinner = await attempt(store, [{ ...key('name'), put: index, guard: 'absent' }])
          return isWinner ? [index] : []
        }),
      )
      expect(winners.flat()).toHaveLength(1)
      expect(await store.get(key('name'))).toEqual(item(key('name'), 1, winners.flat()[0] ?? null))
    })

    it('never shows or leaves half of two transactions that overlap', async () => {
      const { store } = await openForTest(open)
      await putAll(store, [key('left'), key('right')], 0)
      const movers = Array.from({ length: 20 }, async (_, amount) => {
        for (;;) {
          const [left, right] = await Promise.all([store.get(key('left')), store.get(key('right'))])
          if (typeof left?.value !== 'number' || typeof right?.value !== 'number') throw new Error('an item is lost')
          const isMoved = await attempt(store, [
            { ...key('left'), put: left.value + amount, guard: { version: left.version } },
            { ...key('right'), put: right.value - amount, guard: { version: right.version } },
          ])
          if (isMoved) return
        }
      })
      await Promise.all(movers)
      const total = (20 * 19) / 2
      expect(await store.get(key('left'))).toEqual(item(key('left'), 21, total))
      expect(await store.get(key('right'))).toEqual(item(key('right'), 21, -total))
    })
  })
}

/** Whether the writes were committed; any failure but a conflict is the test's. */
async function attempt(store: Store, writes: readonly Write[]): Promise<boolean> {
  try {
    await store.transact(writes)
    return true
  } catch (error) {
    if (error instanceof TransactionConflict) return false
    throw error
  }
}

async function readCounter(store: Store, sort: string): Promise<{ count: number; version: number }> {
  const found = await store.get(key(sort))
  if (typeof found?.value !== 'number') throw new Error('the counter is lost')
  return { count: found.value, version: found.version }
}

async function increment(store: Store): Promise<void> {
  for (;;) {
    const { count, version } = await readCounter(store, 'counter')
    if (await attempt(store, [{ ...key('counter'), put: count + 1, guard: { version } }])) return
  }
}

async function claim(store: Store, name: string): Promise<boolean> {
  for (;;) {
    const { count, version } = await readCounter(store, 'quota')
    if (count >= QUOTA) return false
    const isGranted = await attempt(store, [
      { ...key('quota'), put: count + 1, guard: { version } },
      { ...key(name), put: null, guard: 'absent' },
    ])
    if (isGranted) return true
  }
}
