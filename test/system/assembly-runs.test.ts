import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playHosts } from './assembly/hosts.ts'
import { residue, succeeded, troubleOf } from './assembly/life.ts'
import { runAssembly } from './assembly/run-assembly.ts'
import { type Assembly, synthesizeAssembly } from './assembly/synthesize.ts'
import { tenantOf } from './assembly/tenant.ts'

let assembly: Assembly

beforeAll(async () => {
  assembly = await synthesizeAssembly()
})

afterAll(() => assembly?.remove())

it('the deployed bundles, routes and state machines create, extend, restart and delete a cluster of real brokers, each call within its role', async () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-assembly-hosts-'))
  const running = await runAssembly(assembly)
  const hosts = await playHosts(running, home)
  try {
    const tenant = await tenantOf(running, 'acme')
    const order = { name: 'orders', topology: 'combined', brokers: { volumeGiB: 1 }, topics: [{ name: 'payments' }] }
    const create = await tenant.order('POST', '/v1/clusters', order)
    await succeeded(running, tenant, create)
    const cluster = `/v1/clusters/${create.target.id}`
    expect(await tenant.call('GET', cluster)).toMatchObject({ body: { status: 'Active', health: 'Healthy' } })
    expect(await tenant.call('POST', `${cluster}/users`, { name: 'app', role: 'consumer' })).toMatchObject({
      status: 201,
    })
    expect(await tenant.call('GET', `${cluster}/topics`)).toMatchObject({ body: { items: [{ name: 'payments' }] } })
    const extend = await tenant.order('PATCH', cluster, { brokers: { volumeGiB: 2 } })
    expect(extend.type).toBe('extendVolumes')
    await succeeded(running, tenant, extend)
    expect([...running.ec2.volumes.values()].map(({ sizeGiB }) => sizeGiB)).toEqual([2, 2, 2])
    const restart = await succeeded(running, tenant, await tenant.order('POST', `${cluster}/actions/restart`))
    expect(restart.progress).toEqual({ brokersDone: 3, brokersTotal: 3 })
    await succeeded(running, tenant, await tenant.order('DELETE', cluster))
    expect(await tenant.call('GET', cluster)).toMatchObject({ status: 404 })
    expect(residue(running)).toEqual([])
    expect(troubleOf(running)).toEqual([])
    const used = new Set(running.front.seen.map(({ caller, request }) => `${caller} ${request.action}`))
    process.stdout.write(`${running.front.seen.length} calls, ${used.size} permissions used, none refused\n`)
  } finally {
    await hosts.stop()
    await running.stop()
    rmSync(home, { recursive: true, force: true })
  }
}, 600_000)
