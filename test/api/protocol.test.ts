import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES } from '../../functions/middleware/json-body.ts'
import { TIER_NAMES, TIERS } from '../../shared/contract/tiers.ts'
import { aCluster, activeCluster, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

const KEY = { 'Idempotency-Key': 'k' }

describe('404', () => {
  it.each(['/', '/v1', '/v2/clusters', '/v1/clusters/', '/v1/clusters/a/b/c/d', '/v1/%E0%A4%A', '/v1/Clusters'])(
    'is answered to the unknown path %s, with or without a token',
    async (path) => {
      for (const as of ['acme', null]) {
        const answer = await harness().get(path, { as })
        expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'ROUTE_NOT_FOUND'])
      }
    },
  )
})

describe('405', () => {
  it.each([
    ['PUT', '/v1/clusters', 'POST, GET'],
    ['PATCH', '/v1/quotas', 'GET'],
    ['HEAD', '/v1/errors', 'GET'],
    ['OPTIONS', '/v1/clusters/clu_01JD8X3V9QWERTYZ0123456789', 'GET, PATCH, DELETE'],
  ])('answers %s %s with what is allowed', async (method, path, allow) => {
    const answer = await harness().call(method, path)
    expect([answer.status, answer.headers.Allow]).toEqual([405, allow])
  })
})

describe('406', () => {
  it.each(['text/html', 'application/xml', 'application/json;q=0'])('is answered to "Accept: %s"', async (accept) => {
    const answer = await harness().get('/v1/catalog', { headers: { Accept: accept } })
    expect([answer.status, textAt(answer, 'code')]).toEqual([406, 'NOT_ACCEPTABLE'])
  })

  it.each(['*/*', 'application/json', 'text/html, application/*;q=0.5', 'application/problem+json', ''])(
    'is not answered to "Accept: %s"',
    async (accept) => {
      expect((await harness().get('/v1/catalog', { headers: { Accept: accept } })).status).toBe(200)
    },
  )
})

describe('bodies', () => {
  it.each(['{"name":', '', 'name=orders', '{"name":"a"}}'])('answers 400 to %j', async (body) => {
    const h = harness()
    const before = await h.commits()
    const answer = await h.post('/v1/clusters', body)
    expect([answer.status, textAt(answer, 'code')]).toEqual([400, 'MALFORMED_JSON'])
    expect(await h.commits()).toBe(before)
  })

  it('answers 400 to a body that would poison an object', async () => {
    const answer = await harness().post('/v1/clusters', '{"__proto__":{"admin":true}}')
    expect(textAt(answer, 'code')).toBe('MALFORMED_JSON')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'answers 415 to Content-Type %s',
    async (type) => {
      const answer = await harness().post('/v1/clusters', aCluster(), { headers: { 'Content-Type': type } })
      expect([answer.status, textAt(answer, 'code')]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    },
  )

  it('answers 415 to a missing body with a missing Content-Type', async () => {
    expect((await harness().call('POST', '/v1/clusters', { headers: KEY })).status).toBe(415)
  })

  it('answers 422 to what nobody would read, and writes nothing: it was meant to say something', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await h.commits()
    const stop = `/v1/clusters/${clusterId}/actions/stop`
    expect(await h.post(stop, { validateOnly: true })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_FIELD', errors: [{ pointer: '/validateOnly', rule: 'unknown_field' }] },
    })
    for (const body of ['now', '[]'])
      expect(await h.post(stop, body)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '', rule: 'no_body' }] },
      })
    expect((await h.delete(`/v1/clusters/${clusterId}`, { body: { now: true } })).status).toBe(422)
    expect(await h.commits()).toBe(before)
    expect((await h.post(stop, {})).status).toBe(202)
  })

  it.each([
    ['a count that is not whole', { brokers: { volumeGiB: 1.5 } }, '/brokers/volumeGiB must be a whole number'],
    ['a label key with capitals', { labels: { Team: 'x' } }, '/labels/Team has a name that must be 1 to 63 lower-case'],
    ['no zone', { availabilityZones: [] }, '/availabilityZones must have at least 1 item.'],
  ])('says of %s what it must be', async (_what, patch, words) => {
    expect(textAt(await harness().post('/v1/clusters', { ...aCluster(), ...patch }), 'detail')).toContain(words)
  })

  it('takes JSON with a charset', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' }
    expect((await harness().post('/v1/clusters', aCluster(), { headers })).status).toBe(202)
  })

  it('answers 413 to a body that is too large, before it is read', async () => {
    const answer = await harness().post('/v1/clusters', `"${'x'.repeat(MAX_BODY_BYTES)}`)
    expect([answer.status, answer.body]).toEqual([
      413,
      expect.objectContaining({ metadata: { maxBodyBytes: MAX_BODY_BYTES } }),
    ])
  })
})

describe('every answer', () => {
  it('carries the caller’s request id where it is sane, and a new one otherwise', async () => {
    const h = harness()
    const given = await h.get('/v1/catalog', { headers: { 'x-request-id': 'my-id.1' } })
    expect(given.headers['X-Request-Id']).toBe('my-id.1')
    const replaced = await h.get('/v1/nowhere', { headers: { 'X-Request-Id': 'a\nb' } })
    expect(replaced.headers['X-Request-Id']).toMatch(/^req_/)
  })

  it('carries security headers, also when it is an error', async () => {
    const h = harness()
    for (const path of ['/v1/catalog', '/v1/nowhere']) {
      const { headers } = await h.get(path)
      expect(headers).toMatchObject({
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Cache-Control': 'no-store',
        'Strict-Transport-Security': expect.any(String),
      })
    }
  })

  it('is logged in one line with tenant, route, status and trace', async () => {
    const h = harness()
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    await h.get('/v1/catalog', { headers: { traceparent } })
    expect(h.logged).toEqual([
      expect.objectContaining({
        level: 'info',
        fields: expect.objectContaining({ route: 'getCatalog', status: 200, tenantId: 'acme', traceparent }),
      }),
    ])
  })
})

describe('429', () => {
  it.each(TIER_NAMES)('is as far away as the tier %s of the tenant says', async (tier) => {
    const h = harness()
    const { headers } = await h.get('/v1/catalog', { claims: { tier } })
    expect(headers['RateLimit-Limit']).toBe(String(TIERS[tier].burst))
    for (let count = 1; count < TIERS[tier].burst; count++) await h.get('/v1/catalog', { claims: { tier } })
    expect((await h.get('/v1/catalog', { claims: { tier } })).status).toBe(429)
  })

  it('is answered to a tenant that calls too fast, says when to come back, and spares others', async () => {
    const h = harness({ rateLimit: { requestsPerSecond: 2, burst: 3 } })
    const statuses: number[] = []
    for (let count = 0; count < 4; count++) statuses.push((await h.get('/v1/catalog')).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    const refused = await h.get('/v1/catalog')
    expect(refused.headers).toMatchObject({ 'Retry-After': '1', 'RateLimit-Limit': '3', 'RateLimit-Remaining': '0' })
    expect(refused.body).toMatchObject({ retryable: true, retryAfterSeconds: 1 })
    expect((await h.get('/v1/catalog', { as: 'globex' })).status).toBe(200)
    await h.clock.advance(1000)
    expect((await h.get('/v1/catalog')).headers['RateLimit-Remaining']).toBe('1')
  })
})

describe('500', () => {
  it('says nothing of the cause, which is logged once under the request id', async () => {
    const h = harness()
    h.store.close()
    const answer = await h.get('/v1/clusters')
    expect([answer.status, textAt(answer, 'code')]).toEqual([500, 'INTERNAL'])
    expect(JSON.stringify(answer.body)).not.toMatch(/database|sqlite/i)
    const errors = h.logged.filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.cause).toBeInstanceOf(Error)
    expect(errors[0]?.fields).toMatchObject({ requestId: answer.headers['X-Request-Id'] })
  })
})
