import { describe, expect, it } from 'vitest'
import { createApiClient } from '../../cli/api-client.ts'
import { ProblemError, UnreachableError } from '../../cli/cli-error.ts'
import { hurriedClock } from './api-server.ts'
import { problemReply, type Reply, scriptedServer } from './scripted-server.ts'

const USER = { name: 'app', role: 'consumer', topicPrefix: '' } as const
const clusterId = 'clu_01JD8X3V9QWERTYZ0123456789'
const created: Reply = { status: 201, body: { ...USER, password: 'p' }, headers: { Location: '/there', ETag: '"e"' } }

const clientOf = (url: string, clock = hurriedClock()) => createApiClient({ url, token: 'jwt', clock })

describe('a call', () => {
  it('fills in the path, sends query, body and token, and gives status, body, headers and ETag', async () => {
    await using server = await scriptedServer([created, { status: 200, body: { items: [] } }])
    const client = clientOf(`${server.url}/`)
    const answer = await client.call('createUser', { params: { clusterId }, body: { ...USER }, idempotencyKey: 'k' })
    expect(answer).toMatchObject({ status: 201, body: { password: 'p' }, headers: { Location: '/there' }, etag: '"e"' })
    await client.call('listClusters', { query: { name: 'a b', pageSize: '7' } })
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      url: `/v1/clusters/${clusterId}/users`,
      headers: { authorization: 'Bearer jwt', 'idempotency-key': 'k', 'content-type': 'application/json' },
      body: JSON.stringify(USER),
    })
    expect(server.received[1]).toMatchObject({ method: 'GET', url: '/v1/clusters?name=a+b&pageSize=7', body: '' })
  })

  it('cannot be led to another path by a parameter', async () => {
    await using server = await scriptedServer([{ status: 200, body: {} }])
    await clientOf(server.url).call('getTopic', { params: { clusterId, topicName: '../../x?y' } })
    expect(server.received[0]?.url).toBe(`/v1/clusters/${clusterId}/topics/..%2F..%2Fx%3Fy`)
  })

  it('takes values that this release does not know', async () => {
    await using server = await scriptedServer([{ status: 200, body: { status: 'Hibernating', somethingNew: 1 } }])
    const { body } = await clientOf(server.url).call('getCluster', { params: { clusterId } })
    expect(body).toEqual({ status: 'Hibernating', somethingNew: 1 })
  })
})

describe('repeats', () => {
  it('repeat a POST with the same Idempotency-Key and body after a lost connection and after 503', async () => {
    await using server = await scriptedServer(['hang up', problemReply(503, 'STORE_CONTENTION'), created])
    await clientOf(server.url).call('createUser', { params: { clusterId }, body: { ...USER } })
    const keys = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toHaveLength(3)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(keys).size).toBe(1)
    expect(new Set(server.received.map(({ body }) => body)).size).toBe(1)
  })

  it('take another key for another request', async () => {
    await using server = await scriptedServer([created, created])
    const client = clientOf(server.url)
    for (let n = 0; n < 2; n++) await client.call('createUser', { params: { clusterId }, body: { ...USER } })
    expect(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(2)
  })

  it('wait for a first request that is still running', async () => {
    await using server = await scriptedServer([problemReply(409, 'IDEMPOTENCY_IN_PROGRESS'), created])
    const answer = await clientOf(server.url).call('createUser', { params: { clusterId }, body: { ...USER } })
    expect(answer.status).toBe(201)
  })

  it('pause as long as the API asks for', async () => {
    const clock = hurriedClock()
    await using server = await scriptedServer([problemReply(429, 'TOO_MANY_REQUESTS', { 'Retry-After': '9' }), created])
    const before = clock.now()
    await clientOf(server.url, clock).call('createUser', { params: { clusterId }, body: { ...USER } })
    expect(clock.now() - before).toBe(9000)
  })

  it('end after some tries with the last failure', async () => {
    await using server = await scriptedServer(Array.from({ length: 20 }, () => problemReply(503, 'NO_CAPACITY')))
    const call = clientOf(server.url).call('getQuotas')
    await expect(call).rejects.toBeInstanceOf(ProblemError)
    expect(server.received.length).toBeGreaterThan(2)
    expect(server.received.length).toBeLessThan(20)
  })

  it.each([400, 403, 404, 409, 422, 500])('do not happen after %i', async (status) => {
    await using server = await scriptedServer([problemReply(status, 'NAME_TAKEN')])
    await expect(clientOf(server.url).call('getQuotas')).rejects.toBeInstanceOf(ProblemError)
    expect(server.received).toHaveLength(1)
  })
})

describe('what does not speak the API', () => {
  it.each([
    ['an error that is no problem document', { status: 404, body: { message: 'nginx' } }],
    ['a success that is not documented', { status: 204 }],
  ] as const)('is told apart: %s', async (_what, reply) => {
    await using server = await scriptedServer([reply])
    await expect(clientOf(server.url).call('getQuotas')).rejects.toBeInstanceOf(UnreachableError)
  })
})
