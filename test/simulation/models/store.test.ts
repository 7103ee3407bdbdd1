import { expect, it } from 'vitest'
import { describeStore } from '../../contract/store-contract.ts'
import { item, key, openForTest } from '../../contract/store-fixture.ts'
import { storeModel } from './store.ts'

const open = async (clock: Parameters<typeof storeModel>[0]) => ({ store: storeModel(clock), close: () => undefined })

describeStore('store of the simulated world', open, { randomRuns: 100 })

it('gives a value to its readers that none of them can change', async () => {
  const { store } = await openForTest(open)
  await store.transact([{ ...key('a'), put: { list: [1] }, guard: 'absent' }])
  const value: unknown = (await store.get(key('a')))?.value
  expect(Object.isFrozen(value)).toBe(true)
  expect(Object.isFrozen(Reflect.get(Object(value), 'list'))).toBe(true)
})

it('goes on from a saved moment in any number of stores that know nothing of each other', async () => {
  const clock = { now: () => 0 }
  const first = storeModel(clock)
  await first.transact([{ ...key('a'), put: 1, guard: 'absent' }])
  const moment = first.save()
  await first.transact([{ ...key('a'), put: 'first', guard: { version: 1 } }])
  const [second, third] = [storeModel(clock, moment), storeModel(clock, moment)]
  await second.transact([{ ...key('a'), put: 'second', guard: { version: 1 } }])
  expect(await second.get(key('a'))).toEqual(item(key('a'), 2, 'second'))
  expect(await third.get(key('a'))).toEqual(item(key('a'), 1, 1))
  expect((await third.changes('1', 10)).changes).toEqual([])
  expect((await second.changes('1', 10)).changes.map(({ after }) => after?.value)).toEqual(['second'])
})
