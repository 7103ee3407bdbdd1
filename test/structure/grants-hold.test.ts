import { describe, expect, it } from 'vitest'
import type { Route } from '../../shared/contract/route.ts'
import { ROUTE_BASE_NEEDS } from '../../shared/contract/route-groups.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { activeCluster, textAt } from '../api/cluster-fixtures.ts'
import { type Harness, harness } from '../api/harness.ts'
import { rolledOnto392 } from '../api/levels-fixture.ts'
import { scheduledGrowth } from '../api/maintenance-fixtures.ts'
import { sampleCall } from '../api/sample-call.ts'

const ROUTE_LIST: readonly Route[] = ROUTE_NAMES.map((name) => ROUTES[name])

/** Wraps every port so that it notes who was asked; calls go through. */
function noting(h: Harness): Set<string> {
  const asked = new Set<string>()
  for (const [name, port] of Object.entries(h.ports)) {
    for (const [method, call] of Object.entries(port)) {
      if (typeof call !== 'function') continue
      Reflect.set(port, method, (...given: unknown[]) => {
        asked.add(name).add(`${name}.${method}`)
        return Reflect.apply(call, port, given)
      })
    }
  }
  return asked
}

/** What calling a route for real asked of the ports, on a tenant that has one of everything. */
async function askedBy(route: Route): Promise<{ readonly asked: ReadonlySet<string>; readonly status: number }> {
  const h = harness()
  const { clusterId, operationId } = await activeCluster(h)
  await h.post(`/v1/clusters/${clusterId}/topics`, { name: 'sample-topic' })
  await h.post(`/v1/clusters/${clusterId}/users`, { name: 'sample-user', role: 'consumer' })
  const maintenanceId = await scheduledGrowth(h, clusterId)
  const proposal = await h.post(`/v1/clusters/${clusterId}/rebalance-proposals`)
  if (route.name === 'finaliseUpgrade') await rolledOnto392(h, clusterId)
  const asked = noting(h)
  const ids = {
    clusterId,
    operationId,
    nodeId: '1',
    topicName: 'sample-topic',
    userName: 'sample-user',
    code: 'INTERNAL',
    revision: '1',
    maintenanceId,
    proposalId: textAt(proposal, 'id'),
  }
  const { method, path, options } = sampleCall(route, ids)
  const body = route.name === 'createCluster' ? { body: { ...Object(options.body), name: 'fresh' } } : {}
  const { status } = await h.call(method, path, { ...options, ...body })
  return { asked, status }
}

describe.each(ROUTE_LIST.map((route) => [route.name, route] as const))('a call of %s', (_name, route) => {
  it('asks no port that its function has no grant for, and writes only if its scope is one to write', async () => {
    const { asked, status } = await askedBy(route)
    const granted: readonly string[] = [...ROUTE_BASE_NEEDS, ...route.needs]
    const ports = [...asked].filter((name) => !name.includes('.'))
    expect(ports.filter((port) => !granted.includes(port))).toEqual([])
    if (!route.scope.endsWith(':write')) {
      expect(status).toBe(200)
      expect([...asked]).not.toContain('store.transact')
    } else {
      // An action that this cluster's state does not allow is refused, which takes the same ports but one write less.
      expect([200, 201, 202, 204, 409]).toContain(status)
      if (status !== 409) expect([...asked]).toContain('store.transact')
    }
  })
})
