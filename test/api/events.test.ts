import { describe, expect, it } from 'vitest'
import { keys } from '../../shared/records/keys.ts'
import { itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

/** Reads the feed to its end, page by page, and gives the ids of the events. */
async function readAll(h: Harness, query: string, after?: string): Promise<{ ids: unknown[]; cursor: string }> {
  const ids: unknown[] = []
  let cursor = after
  for (;;) {
    const page = await h.get(`/v1/events?${query}${cursor === undefined ? '' : `&after=${cursor}`}`)
    const next = textAt(page, 'nextCursor')
    ids.push(...itemsOf(page).map(({ id }) => id))
    if (next === cursor || itemsOf(page).length === 0) return { ids, cursor: next }
    cursor = next
  }
}

describe('200', () => {
  it('gives every event once, in order, however the pages fall', async () => {
    const h = harness()
    for (const name of ['a', 'b', 'c']) await ordered(h, { name })
    await h.projectEvents()
    const { ids: whole } = await readAll(h, 'pageSize=200')
    expect(new Set(whole).size).toBe(6)
    for (const size of [1, 2, 4]) expect((await readAll(h, `pageSize=${size}`)).ids).toEqual(whole)
  })

  it('goes on behind a cursor when more has happened', async () => {
    const h = harness()
    await ordered(h, { name: 'a' })
    await h.projectEvents()
    const { ids: before, cursor } = await readAll(h, 'pageSize=10')
    await ordered(h, { name: 'b' })
    await h.projectEvents()
    const { ids: after } = await readAll(h, 'pageSize=10', cursor)
    expect([before.length, after.length]).toEqual([2, 2])
  })

  it('filters by cluster and type without losing its place', async () => {
    const h = harness()
    const a = await ordered(h, { name: 'a' })
    await ordered(h, { name: 'b' })
    await h.projectEvents()
    const events = itemsOf(await h.get(`/v1/events?clusterId=${a.clusterId}`))
    expect(events.map(({ partitionkey }) => partitionkey)).toEqual([a.clusterId, a.clusterId])
    const created = await h.get('/v1/events?type=kafka.cluster.created.v1&pageSize=1')
    const rest = await readAll(h, 'type=kafka.cluster.created.v1', textAt(created, 'nextCursor'))
    expect([itemsOf(created).length, rest.ids.length]).toEqual([1, 1])
  })

  it('shows a tenant its own events only', async () => {
    const h = harness()
    await ordered(h, {}, { as: 'globex' })
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events'))).toEqual([])
    expect(itemsOf(await h.get('/v1/events', { as: 'globex' }))).toHaveLength(2)
  })
})

describe('410', () => {
  async function forget(h: Harness, position: number): Promise<void> {
    const item = await h.store.get(keys.feed('acme', position))
    if (!item) throw new Error(`no row ${position}`)
    await h.store.transact([{ ...keys.feed('acme', position), delete: true, guard: { version: item.version } }])
  }

  it('is answered when events behind the cursor are gone, and the feed can be begun anew', async () => {
    const h = harness()
    for (const name of ['a', 'b']) await ordered(h, { name })
    await h.projectEvents()
    const cursor = textAt(await h.get('/v1/events?pageSize=1'), 'nextCursor')
    await forget(h, 1)
    expect((await h.get(`/v1/events?after=${cursor}`)).status).toBe(200)
    await forget(h, 2)
    const answer = await h.get(`/v1/events?after=${cursor}`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([410, 'CURSOR_EXPIRED'])
    expect(itemsOf(await h.get('/v1/events'))).toHaveLength(2)
  })

  it('is answered when all of them are gone, but not at the end of the feed', async () => {
    const h = harness()
    await ordered(h)
    await h.projectEvents()
    const start = textAt(await h.get('/v1/events?pageSize=1'), 'nextCursor')
    const { cursor: end } = await readAll(h, 'pageSize=10')
    await forget(h, 1)
    await forget(h, 2)
    expect((await h.get(`/v1/events?after=${start}`)).status).toBe(410)
    expect((await h.get(`/v1/events?after=${end}`)).status).toBe(200)
  })
})

describe('400', () => {
  it('refuses a cursor that was changed, or is another tenant’s', async () => {
    const h = harness()
    await ordered(h)
    await h.projectEvents()
    const cursor = textAt(await h.get('/v1/events'), 'nextCursor')
    for (const answer of [
      await h.get(`/v1/events?after=${cursor}x`),
      await h.get(`/v1/events?after=${cursor.slice(1)}`),
      await h.get('/v1/events?after='),
      await h.get(`/v1/events?after=${cursor}`, { as: 'globex' }),
    ]) {
      expect([answer.status, textAt(answer, 'code')]).toEqual([400, 'INVALID_PAGE_TOKEN'])
    }
  })
})
