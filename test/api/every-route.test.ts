import { describe, expect, it } from 'vitest'
import type { Route } from '../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { SCOPE_NAMES } from '../../shared/contract/scope.ts'
import { activeCluster, keptCluster, paused, stoppedCluster, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'
import { brokerDown } from './host-fixtures.ts'
import { scheduledGrowth } from './maintenance-fixtures.ts'
import { type SampleIds, sampleCall } from './sample-call.ts'

const ROUTE_LIST: readonly Route[] = ROUTE_NAMES.map((name) => ROUTES[name])
const PROTECTED = ROUTE_LIST.filter(({ scope }) => scope !== 'public')
const BELONGING = PROTECTED.filter(({ path }) => path.includes('{'))

/** A tenant with one of everything. */
async function withResources(): Promise<{ h: Harness; ids: SampleIds & { operationId: string } }> {
  const h = harness()
  const { clusterId, operationId } = await activeCluster(h)
  await h.post(`/v1/clusters/${clusterId}/topics`, { name: 'sample-topic' })
  await h.post(`/v1/clusters/${clusterId}/users`, { name: 'sample-user', role: 'consumer' })
  return {
    h,
    ids: {
      clusterId,
      operationId,
      nodeId: '1',
      topicName: 'sample-topic',
      userName: 'sample-user',
      code: 'INTERNAL',
      revision: '1',
      maintenanceId: await scheduledGrowth(h, clusterId),
      proposalId: textAt(await h.post(`/v1/clusters/${clusterId}/rebalance-proposals`), 'id'),
    },
  }
}

describe.each(ROUTE_LIST.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  it('succeeds for its own tenant', async () => {
    const { h, ids } = await withResources()
    if (route.path.includes('/operations/{operationId}/actions/')) {
      // Asking something of an operation takes one that goes broker by broker, and to resume it one that rests.
      ids.operationId = textAt(await h.post(`/v1/clusters/${ids.clusterId}/actions/restart`), 'id')
      if (route.name === 'resumeOperation') await paused(h, ids.clusterId, ids.operationId)
    }
    if (route.name === 'restoreCluster') {
      await h.call('PATCH', `/v1/clusters/${ids.clusterId}`, {
        body: { deletion: { keepDays: 7 } },
        headers: { 'If-Match': '*' },
      })
      await keptCluster(h, ids.clusterId)
    }
    if (route.name === 'startCluster') await stoppedCluster(h, ids.clusterId)
    if (route.name === 'repairBroker') await brokerDown(h, ids.clusterId, 1)
    const { method, path, options } = sampleCall(route, ids)
    // The first example of an order takes a name that is free.
    const own =
      route.name === 'createCluster' ? { ...options, body: { ...Object(options.body), name: 'fresh' } } : options
    const answer = await h.call(method, path, own)
    expect(Object.keys(route.answers).map(Number)).toContain(answer.status)
  })
})

describe.each(BELONGING.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  it('answers 404 to another tenant and changes nothing', async () => {
    const { h, ids } = await withResources()
    const before = await h.commits()
    const calls = h.kafka.calls.length
    const { method, path, options } = sampleCall(route, ids)
    const answer = await h.call(method, path, { ...options, as: 'globex' })
    expect(answer.status).toBe(404)
    expect(textAt(answer, 'code')).toMatch(/_NOT_FOUND$/)
    expect(await h.commits()).toBe(before)
    expect(h.kafka.calls).toHaveLength(calls)
  })

  it('answers another tenant just as if the thing had never been', async () => {
    const { h, ids } = await withResources()
    const { method, path, options } = sampleCall(route, ids)
    const never = { ...ids, clusterId: 'clu_01JD8X3V9QWERTYZ0123456789', operationId: 'op_01JD8X3V9QWERTYZ0123456789' }
    const foreign = await h.call(method, path, { ...options, as: 'globex' })
    const absent = await h.call(method, sampleCall(route, never).path, { ...options, as: 'globex' })
    const shape = (answer: typeof foreign) => [answer.status, textAt(answer, 'code'), textAt(answer, 'title')]
    expect(shape(foreign)).toEqual(shape(absent))
  })
})

describe.each(PROTECTED.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  it('answers 401 without a token and 403 without its scope, and changes nothing', async () => {
    const { h, ids } = await withResources()
    const before = await h.commits()
    const { method, path, options } = sampleCall(route, ids)
    const anonymous = await h.call(method, path, { ...options, as: null })
    expect([anonymous.status, textAt(anonymous, 'code')]).toEqual([401, 'UNAUTHENTICATED'])
    expect(anonymous.headers['WWW-Authenticate']).toMatch(/^Bearer/)
    const others = SCOPE_NAMES.filter((scope) => scope !== route.scope)
    const forbidden = await h.call(method, path, { ...options, scopes: others })
    expect([forbidden.status, forbidden.body]).toEqual([
      403,
      expect.objectContaining({ code: 'FORBIDDEN', metadata: { requiredScope: route.scope } }),
    ])
    expect(await h.commits()).toBe(before)
  })
})
