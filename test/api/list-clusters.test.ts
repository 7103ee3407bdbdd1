import { describe, expect, it } from 'vitest'
import { activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

const names = async (h: Harness, query = '') => itemsOf(await h.get(`/v1/clusters${query}`)).map(({ name }) => name)

async function five(): Promise<Harness> {
  const h = harness()
  for (const name of ['e', 'd', 'c', 'b', 'a']) {
    await ordered(h, { name, labels: { vowel: String('ae'.includes(name)) }, brokers: { volumeGiB: 1 } })
    await h.clock.advance(1000)
  }
  return h
}

describe('200', () => {
  it('lists the clusters in the order of their creation, only those of the caller', async () => {
    const h = await five()
    await ordered(h, { name: 'theirs' }, { as: 'globex' })
    expect(await names(h)).toEqual(['e', 'd', 'c', 'b', 'a'])
  })

  it('filters by status, health, name and label', async () => {
    const h = await five()
    await activeCluster(h, { name: 'active', brokers: { volumeGiB: 1 } })
    expect(await names(h, '?status=Active')).toEqual(['active'])
    expect(await names(h, '?health=Healthy')).toEqual(['active'])
    expect(await names(h, '?name=c')).toEqual(['c'])
    expect(await names(h, '?label=vowel%3Dtrue')).toEqual(['e', 'a'])
    expect(await names(h, '?status=Starting&label=vowel%3Dfalse')).toEqual(['d', 'c', 'b'])
  })

  it('filters by any label that a cluster may have, also of several lines, with an equals sign, or as long as one may be', async () => {
    const h = harness()
    for (const [name, note] of Object.entries({ lines: 'a\r\nb\u2028c', equals: 'a=b=c', long: '🐘'.repeat(128) })) {
      await ordered(h, { name, labels: { note } })
      expect(await names(h, `?label=${encodeURIComponent(`note=${note}`)}`)).toEqual([name])
    }
  })

  it('gives every cluster once over the pages, also under a filter', async () => {
    const h = await five()
    for (const filter of ['', '&label=vowel%3Dfalse']) {
      const seen: unknown[] = []
      let token: string | undefined
      do {
        const next = token === undefined ? '' : `&pageToken=${token}`
        const page = await h.get(`/v1/clusters?pageSize=2${filter}${next}`)
        expect(itemsOf(page).length).toBeLessThanOrEqual(2)
        seen.push(...itemsOf(page).map(({ name }) => name))
        token = 'nextPageToken' in Object(page.body) ? textAt(page, 'nextPageToken') : undefined
      } while (token !== undefined)
      expect(seen).toEqual(await names(h, `?${filter.slice(1)}`))
    }
  })

  it('has no token on a last page that is full', async () => {
    const h = await five()
    const { body } = await h.get('/v1/clusters?pageSize=5')
    expect(body).not.toHaveProperty('nextPageToken')
  })

  it('cuts a page size down instead of refusing it', async () => {
    const h = await five()
    expect((await h.get('/v1/clusters?pageSize=1000000')).status).toBe(200)
  })
})

describe('400', () => {
  it('refuses a page token that was changed anywhere', async () => {
    const h = await five()
    const token = textAt(await h.get('/v1/clusters?pageSize=2'), 'nextPageToken')
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, index) + other + token.slice(index + 1)
      const answer = await h.get(`/v1/clusters?pageSize=2&pageToken=${changed}`)
      expect([answer.status, textAt(answer, 'code')]).toEqual([400, 'INVALID_PAGE_TOKEN'])
    }
  })

  it('refuses a page token with other filters, on another list, and of another tenant', async () => {
    const h = await five()
    const token = textAt(await h.get('/v1/clusters?pageSize=2'), 'nextPageToken')
    for (const path of [`/v1/clusters?status=Starting&pageToken=${token}`, `/v1/operations?pageToken=${token}`]) {
      expect(textAt(await h.get(path), 'code')).toBe('INVALID_PAGE_TOKEN')
    }
    const foreign = await h.get(`/v1/clusters?pageToken=${token}`, { as: 'globex' })
    expect(textAt(foreign, 'code')).toBe('INVALID_PAGE_TOKEN')
  })

  it.each(['pageSize=0', 'pageSize=-1', 'pageSize=x', 'pageSize=1.5', 'status=Sleeping', 'label=novalue', 'name=N'])(
    'refuses ?%s',
    async (query) => {
      const answer = await harness().get(`/v1/clusters?${query}`)
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ errors: [{ parameter: query.split('=')[0] }] })
    },
  )
})
