import { describe, expect, it } from 'vitest'
import { desired } from '../../../functions/host-api/desired.ts'
import { loadHost } from '../../../shared/state/load.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'
import { reported } from '../../api/host-fixtures.ts'

const IN_FUNCTIONS = { waitsWhileIdle: false }

/** A host that knows the newest revision, and how long it was kept waiting. */
async function asking() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await reported(h, clusterId, 1)
  const { record } = (await loadHost(h.ports.store, 'acme', clusterId, 1)) ?? {}
  if (!record) throw new Error('the host has no record')
  const { instanceId = '', generation, desired: newest } = record
  const identity = { tenantId: 'acme', clusterId, nodeId: 1, instanceId }
  const waited = async () => {
    const before = h.clock.now()
    const query = { generation, after: newest?.revision ?? 0, waitSeconds: 20 }
    const news = await h.clock.runUntil(desired(h.ports, identity, query, IN_FUNCTIONS))
    return { news, milliseconds: h.clock.now() - before }
  }
  return { h, clusterId, identity, generation, waited }
}

describe('a host of a deployment where waiting costs', () => {
  it('is answered at once while nothing happens', async () => {
    const { waited } = await asking()
    expect(await waited()).toEqual({ news: undefined, milliseconds: 0 })
  })

  it('waits for news while an operation runs', async () => {
    const { h, clusterId, waited } = await asking()
    await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    expect((await waited()).milliseconds).toBeGreaterThanOrEqual(20_000)
  })

  it('learns nothing of a cluster of which it is no host, whether that is busy or not', async () => {
    const { h, identity, generation } = await asking()
    const query = { generation, after: 0, waitSeconds: 0 }
    const ask = (claim: object) => desired(h.ports, { ...identity, ...claim }, query, IN_FUNCTIONS)
    const nothingHere = expect.objectContaining({ code: 'ROUTE_NOT_FOUND' })
    await expect(ask({ instanceId: 'i-another' })).rejects.toEqual(nothingHere)
    await expect(ask({ tenantId: 'other' })).rejects.toEqual(nothingHere)
  })
})
