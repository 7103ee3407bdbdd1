import { describe, expect, it } from 'vitest'
import { IDEMPOTENCY_RETENTION_SECONDS } from '../../shared/records/idempotency.ts'
import { aCluster, itemsOf, ordered } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

const KEY = { 'Idempotency-Key': 'order-4711' }

describe('the same key and request', () => {
  it('gets the same answer again, also when the cluster has gone on, and orders nothing twice', async () => {
    const h = harness()
    const first = await h.post('/v1/clusters', aCluster(), { headers: KEY })
    await h.clock.advance(60_000)
    const before = await h.commits()
    const again = await h.post('/v1/clusters', aCluster(), { headers: KEY })
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect(again.headers.Location).toBe(first.headers.Location)
    expect(again.headers['Content-Location']).toBe(first.headers['Content-Location'])
    expect([first.headers['Idempotent-Replayed'], again.headers['Idempotent-Replayed']]).toEqual([undefined, 'true'])
    expect(await h.commits()).toBe(before)
  })

  it('is recognised however the JSON is spelled', async () => {
    const h = harness()
    const first = await h.post(
      '/v1/clusters',
      '{"name":"a","topology":"combined","brokers":{"volumeGiB":1,"count":3}}',
      { headers: KEY },
    )
    const again = await h.post(
      '/v1/clusters',
      '{ "brokers": {"count":3,"volumeGiB":1}, "topology":"combined","name":"a"}',
      { headers: KEY },
    )
    expect([first.status, again.status]).toEqual([202, 202])
    expect(again.body).toEqual(first.body)
  })

  it('makes one cluster of many requests at the same time', async () => {
    const h = harness()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => h.post('/v1/clusters', aCluster(), { headers: KEY })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ headers }) => headers.Location)).size).toBe(1)
    expect(itemsOf(await h.get('/v1/clusters'))).toHaveLength(1)
  })

  it('may be sent again after a refusal, mended', async () => {
    const h = harness()
    expect((await h.post('/v1/clusters', { name: 'x' }, { headers: KEY })).status).toBe(422)
    expect((await h.post('/v1/clusters', aCluster(), { headers: KEY })).status).toBe(202)
  })

  it('is forgotten after its retention, and then the name is what is taken', async () => {
    const h = harness()
    await h.post('/v1/clusters', aCluster(), { headers: KEY })
    await h.clock.advance((IDEMPOTENCY_RETENTION_SECONDS + 1) * 1000)
    const late = await h.post('/v1/clusters', aCluster(), { headers: KEY })
    expect(late.body).toMatchObject({ code: 'NAME_TAKEN' })
  })
})

describe('the same key', () => {
  it('is refused with another body', async () => {
    const h = harness()
    await h.post('/v1/clusters', aCluster(), { headers: KEY })
    const before = await h.commits()
    const other = await h.post('/v1/clusters', aCluster({ name: 'other' }), { headers: KEY })
    expect([other.status, other.body]).toEqual([422, expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED' })])
    expect(await h.commits()).toBe(before)
  })

  it('is refused with another query', async () => {
    const h = harness()
    await h.post('/v1/clusters', aCluster(), { headers: KEY })
    const other = await h.post('/v1/clusters?validateOnly=true', aCluster(), { headers: KEY })
    expect(other.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it('belongs to its tenant: another one may use it too', async () => {
    const h = harness()
    await h.post('/v1/clusters', aCluster(), { headers: KEY })
    const other = await h.post('/v1/clusters', aCluster({ name: 'theirs' }), { headers: KEY, as: 'globex' })
    expect(other.status).toBe(202)
  })
})

describe('400', () => {
  it('is answered without a key', async () => {
    const answer = await harness().call('POST', '/v1/clusters', { body: aCluster() })
    expect([answer.status, answer.body]).toEqual([400, expect.objectContaining({ code: 'IDEMPOTENCY_KEY_MISSING' })])
  })

  it.each(['', 'with space', 'ü', 'x'.repeat(256)])('is answered to the malformed key "%s"', async (key) => {
    const answer = await harness().post('/v1/clusters', aCluster(), { headers: { 'Idempotency-Key': key } })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ errors: [{ parameter: 'Idempotency-Key', rule: 'pattern' }] })
  })
})

describe('a key of one route', () => {
  it('is another one on another route', async () => {
    const h = harness()
    const { clusterId } = await ordered(h, {}, { headers: KEY })
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, { name: 'a', role: 'admin' }, { headers: KEY })
    expect(answer.body).toMatchObject({ code: 'STATUS_NOT_ALLOWED' })
  })
})
