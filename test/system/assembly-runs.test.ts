import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OperationUsageFile } from '../../infra/costs/operation-usage.ts'
import { playHosts } from './assembly/hosts.ts'
import { residue, succeeded, troubleOf } from './assembly/life.ts'
import { combinedLife, dedicatedLife, longLife, type Scene } from './assembly/lives.ts'
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

/** Where to write the figures anew. Only then operations are carried out, too, that take minutes. */
const usageFile = process.env.WEIR_USAGE_FILE
const TIMEOUT_MILLISECONDS = 900_000

it(
  'the deployed bundles, routes, jobs and state machines carry out the life of a cluster of real brokers, each call within its role and no more of them than are known',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'weir-assembly-hosts-'))
    const running = await runAssembly(assembly)
    const hosts = await playHosts(running, home)
    const measurements: MeasuredOperation[] = []
    try {
      const tenant = await tenantOf(running, 'acme')
      const scene: Scene = {
        running,
        tenant,
        home,
        measure: async (nodes, order) => {
          const one = await measured(running, nodes, async () => succeeded(running, tenant, await order()))
          measurements.push(one)
          return one.operation
        },
      }
      await combinedLife(scene)
      if (usageFile !== undefined) {
        await longLife(scene)
        await dedicatedLife(scene)
      }
      expect(residue(running)).toEqual([])
      expect(troubleOf(running)).toEqual([])
      // No volume is lost here, so none is replaced by an empty one.
      expect(running.functions.idle()).toEqual([`weir-${assembly.stage}-certificatesHostsKafkaSteps`])
      const used = new Set(running.front.seen.map(({ caller, request }) => `${caller} ${request.action}`))
      process.stdout.write(`${running.front.seen.length} calls, ${used.size} permissions used, none refused\n`)
    } finally {
      await hosts.stop()
      await running.stop()
      rmSync(home, { recursive: true, force: true })
      process.stdout.write(usageTable(measurements))
    }
    writeUsage(measurements, usageFile)
    const known = OperationUsageFile.parse(JSON.parse(readFileSync(USAGE_FILE, 'utf8')))
    if (usageFile === undefined) expect(excesses(measurements, known)).toEqual([])
  },
  TIMEOUT_MILLISECONDS,
)
