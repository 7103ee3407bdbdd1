import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OperationUsageFile } from '../../infra/costs/operation-usage.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { playHosts } from './assembly/hosts.ts'
import { residue, succeeded, troubleOf } from './assembly/life.ts'
import { runAssembly } from './assembly/run-assembly.ts'
import { type Assembly, synthesizeAssembly } from './assembly/synthesize.ts'
import { tenantOf } from './assembly/tenant.ts'
import { excesses, type MeasuredOperation, measured, writeUsage } from './assembly/usage.ts'
import { usageTable } from './assembly/usage-table.ts'

/** What each operation is known to take; written by this test with WEIR_USAGE_FILE. */
const USAGE_FILE = resolve(import.meta.dirname, '../../infra/costs/operation-usage.json')

let assembly: Assembly

beforeAll(async () => {
  assembly = await synthesizeAssembly()
})

afterAll(() => assembly?.remove())

/** Of a combined cluster, which is what the checked-in figures are of, too. */
const NODES = 3
const TIMEOUT_MILLISECONDS = 600_000

it(
  'the deployed bundles, routes and state machines create, extend, configure, restart and delete a cluster of real brokers, each call within its role and no more of them than are known',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'weir-assembly-hosts-'))
    const running = await runAssembly(assembly)
    const hosts = await playHosts(running, home)
    const measurements: MeasuredOperation[] = []
    try {
      const tenant = await tenantOf(running, 'acme')
      const carryOut = async (method: string, path: string, body?: object): Promise<Operation> => {
        const one = await measured(running, NODES, async () =>
          succeeded(running, tenant, await tenant.order(method, path, body)),
        )
        measurements.push(one)
        return one.operation
      }
      const order = { name: 'orders', topology: 'combined', brokers: { volumeGiB: 1 }, topics: [{ name: 'payments' }] }
      const create = await carryOut('POST', '/v1/clusters', order)
      const cluster = `/v1/clusters/${create.target.id}`
      expect(await tenant.call('GET', cluster)).toMatchObject({ body: { status: 'Active', health: 'Healthy' } })
      expect(await tenant.call('POST', `${cluster}/users`, { name: 'app', role: 'consumer' })).toMatchObject({
        status: 201,
      })
      expect(await tenant.call('GET', `${cluster}/topics`)).toMatchObject({ body: { items: [{ name: 'payments' }] } })
      const extend = await carryOut('PATCH', cluster, { brokers: { volumeGiB: 2 } })
      expect(extend.type).toBe('extendVolumes')
      expect([...running.ec2.volumes.values()].map(({ sizeGiB }) => sizeGiB)).toEqual([2, 2, 2])
      const configured = await carryOut('PATCH', cluster, { config: { 'log.retention.ms': '86400000' } })
      expect(configured.type).toBe('updateConfig')
      const restart = await carryOut('POST', `${cluster}/actions/restart`)
      expect(restart.progress).toEqual({ brokersDone: 3, brokersTotal: 3 })
      await carryOut('DELETE', cluster)
      expect(await tenant.call('GET', cluster)).toMatchObject({ status: 404 })
      expect(residue(running)).toEqual([])
      expect(troubleOf(running)).toEqual([])
      const used = new Set(running.front.seen.map(({ caller, request }) => `${caller} ${request.action}`))
      process.stdout.write(`${running.front.seen.length} calls, ${used.size} permissions used, none refused\n`)
    } finally {
      await hosts.stop()
      await running.stop()
      rmSync(home, { recursive: true, force: true })
      process.stdout.write(usageTable(measurements))
    }
    writeUsage(measurements, process.env.WEIR_USAGE_FILE)
    const known = OperationUsageFile.parse(JSON.parse(readFileSync(USAGE_FILE, 'utf8')))
    if (process.env.WEIR_USAGE_FILE === undefined) expect(excesses(measurements, known)).toEqual([])
  },
  TIMEOUT_MILLISECONDS,
)
