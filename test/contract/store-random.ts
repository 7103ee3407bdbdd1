import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  type Item,
  type Json,
  type Key,
  type Query,
  type Store,
  TransactionConflict,
  type Write,
} from '../../shared/ports/store.ts'
import { type OpenStore, openForTest, readFeed, type TestClock } from './store-fixture.ts'
import { createStoreModel, type StoreModel } from './store-model.ts'

/** Few keys, so that random writes meet; prefixes of each other and beyond ASCII, so that order and prefix matter. */
const PARTITIONS = ['T#a#', 'T#a#b']
const SORTS = ['E', 'E#', 'E#1', 'E#😀', 'E\uffee', 'F']

type Step =
  | { readonly transact: readonly Write[] }
  | { readonly query: Query }
  | { readonly get: Key }
  | { readonly advanceSeconds: number }

/** Compares the adapter with the model, step by step, over random histories. */
export function describeRandomHistories(open: OpenStore, runs: number): void {
  describe('random histories', () => {
    it('answers every step as the model does, and its feed replays to the same items', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { store, clock } = await openForTest(open)
          const model = createStoreModel(clock.nowSeconds)
          const start = clock.nowSeconds()
          for (const each of steps)
            expect(await answer(store, clock, each, start)).toEqual(answerOfModel(model, each, start))
          await compareReplay(store, model, clock)
        }),
        { numRuns: runs },
      )
    })
  })
}

const key = fc.record({ partition: fc.constantFrom(...PARTITIONS), sort: fc.constantFrom(...SORTS) })
const version = fc.integer({ min: 1, max: 4 })
const guard = fc.oneof(fc.constant('absent' as const), fc.record({ version }))
// JSON has no negative zero.
const value = fc.jsonValue().map((json): Json => JSON.parse(JSON.stringify(json)))
const lifetimeSeconds = fc.integer({ min: 1, max: 20 })

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(key, value, guard).map(([at, put, when]) => ({ ...at, put, guard: when })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(key, value, guard, lifetimeSeconds)
      .map(([at, put, when, expiresAt]) => ({ ...at, put, guard: when, expiresAt })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(key, version).map(([at, n]) => ({ ...at, delete: true as const, guard: { version: n } })),
  },
  { weight: 1, arbitrary: fc.tuple(key, guard).map(([at, when]) => ({ ...at, check: true as const, guard: when })) },
)

const writes = fc.uniqueArray(write, {
  minLength: 1,
  maxLength: 4,
  selector: ({ partition, sort }) => `${partition} ${sort}`,
})

const query: fc.Arbitrary<Query> = fc.record(
  {
    partition: fc.constantFrom(...PARTITIONS),
    limit: fc.integer({ min: 1, max: 7 }),
    sortPrefix: fc.constantFrom('', 'E', 'E#', 'G'),
    after: fc.constantFrom('D', 'E#0', ...SORTS),
    descending: fc.boolean(),
  },
  { requiredKeys: ['partition', 'limit'] },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ transact: writes }) },
  { weight: 3, arbitrary: fc.record({ query }) },
  { weight: 2, arbitrary: fc.record({ get: key }) },
  { weight: 1, arbitrary: fc.record({ advanceSeconds: fc.integer({ min: 1, max: 10 }) }) },
)

/** Generated expiries count from the start of the history. */
function fromStart(list: readonly Write[], start: number): readonly Write[] {
  return list.map((each) =>
    'put' in each && each.expiresAt !== undefined ? { ...each, expiresAt: start + each.expiresAt } : each,
  )
}

async function answer(store: Store, clock: TestClock, each: Step, start: number): Promise<unknown> {
  if ('query' in each) return store.query(each.query)
  if ('get' in each) return store.get(each.get)
  if ('transact' in each) {
    return store.transact(fromStart(each.transact, start)).then(
      () => [],
      (error: unknown) => (error instanceof TransactionConflict ? error.failed : error),
    )
  }
  clock.advanceSeconds(each.advanceSeconds)
  return undefined
}

function answerOfModel(model: StoreModel, each: Step, start: number): unknown {
  if ('query' in each) return model.query(each.query)
  if ('get' in each) return model.get(each.get)
  return 'transact' in each ? model.transact(fromStart(each.transact, start)) : undefined
}

/** Each change must start from the image that the one before it left; the last images must be what the model holds. */
async function compareReplay(store: Store, model: StoreModel, clock: TestClock): Promise<void> {
  const replayed = new Map<string, Item | undefined>()
  const follow = ({ partition, sort, before, after }: Change) => {
    expect(before).toEqual(replayed.get(`${partition} ${sort}`))
    replayed.set(`${partition} ${sort}`, after)
  }
  const { changes } = await readFeed(store, 0, { limit: 10_000 })
  changes.forEach(follow)
  for (const partition of PARTITIONS) {
    for (const sort of SORTS) {
      const wanted = model.get({ partition, sort })
      if (wanted) expect(replayed.get(`${partition} ${sort}`), `at ${clock.nowSeconds()}`).toEqual(wanted)
    }
  }
}
