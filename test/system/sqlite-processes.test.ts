import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { ulidIds } from '../../functions/adapters/ulid-ids.ts'
import { openSqliteStore, type SqliteStore } from '../../local/sqlite-store.ts'
import { keys, partitions } from '../../shared/records/keys.ts'
import { DEFAULT_LIMITS, NO_USAGE } from '../../shared/records/tenant.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadCluster, loadTenant } from '../../shared/state/load.ts'
import { putRecord } from '../../shared/state/stored.ts'
import { accepted } from '../shared/state/state-fixture.ts'

const PARTITION = 'T#acme#'

describe('SQLite store of several processes', () => {
  it('loses no update when four processes create the file and write one record at once', async () => {
    const path = temporaryFile()
    const exits = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const [code] = await once(startWriter('increment', path), 'exit')
        return code
      }),
    )
    expect(exits).toEqual([0, 0, 0, 0])
    const counter = await open(path).get({ partition: PARTITION, sort: 'counter' })
    expect(counter).toMatchObject({ version: 201, value: 200 })
  })

  it('keeps every acknowledged commit, whole, when its writer is killed at any moment', async () => {
    const path = temporaryFile()
    for (const enough of [1, 20, 300]) {
      const folder = `${path}-${enough}`
      const writer = startWriter('pairs', folder)
      let acknowledged = -1
      for await (const line of createInterface({ input: writer.stdout })) {
        acknowledged = Number(line)
        if (acknowledged === enough) writer.kill('SIGKILL')
      }
      const store = open(folder)
      const [left, right] = [await numbers(store, 'left-'), await numbers(store, 'right-')]
      expect(left).toEqual(right)
      expect(left).toEqual(Array.from({ length: left.length }, (_, index) => index))
      expect(left.length).toBeGreaterThan(acknowledged)
      expect((await store.changes(undefined, 10_000)).changes).toHaveLength(2 * left.length)
    }
  })
})

describe('several control planes on one file', () => {
  it('never let a tenant pass a limit, and charge exactly what they accepted', async () => {
    const path = temporaryFile()
    const store = open(path)
    const limits = { ...DEFAULT_LIMITS, clusters: 7 }
    await store.transact([putRecord(keys.tenant('acme'), { tenantId: 'acme', limits, usage: NO_USAGE }, undefined)])
    const outcomes = await orderedByProcesses(4, path, '5', 'create')
    expect(outcomes.toSorted()).toEqual([...repeated(13, 'QUOTA_EXCEEDED'), ...repeated(7, 'accepted')])
    const { record } = await loadTenant(store, 'acme')
    expect(record.usage).toEqual({ clusters: 7, brokers: 21, volumeGiB: 2100 })
    const clusters = await store.query({ partition: partitions.clusters('acme'), limit: 100 })
    expect(clusters.items).toHaveLength(7)
  })

  it('accept one operation at a time', async () => {
    const path = temporaryFile()
    const ports = { store: open(path), clock: systemClock, ids: ulidIds(systemClock) }
    const { tenantId, clusterId, operationId } = await accepted(ports)
    await changeCluster(ports, { tenantId, clusterId, operationId }, (draft) => {
      draft.enterCluster('Creating', 'Unknown')
      draft.enterCluster('Active', 'Healthy')
      const { activeOperationId: _ended, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Succeeded', finishedAt: draft.now })
    })
    const outcomes = await orderedByProcesses(4, path, '20', 'restart', clusterId)
    expect(outcomes.toSorted()).toEqual([...repeated(79, 'OPERATION_IN_PROGRESS'), 'accepted'])
    const { record } = await loadCluster(ports.store, tenantId, clusterId)
    const operations = await ports.store.query({ partition: partitions.operations(tenantId), limit: 100 })
    expect(operations.items.map(({ sort }) => sort)).toEqual([operationId, record.activeOperationId])
  })
})

const repeated = (count: number, outcome: string) => Array.from({ length: count }, () => outcome)

/** What became of the orders of several processes that order at once. */
async function orderedByProcesses(processes: number, ...args: readonly string[]): Promise<readonly string[]> {
  const all = Array.from({ length: processes }, async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'order-process.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) lines.push(line)
    return lines
  })
  return (await Promise.all(all)).flat()
}

function startWriter(mode: 'increment' | 'pairs', path: string) {
  const script = join(import.meta.dirname, 'sqlite-writer.ts')
  const child = spawn(process.execPath, [script, mode, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function numbers(store: SqliteStore, sortPrefix: string): Promise<readonly unknown[]> {
  return (await store.query({ partition: PARTITION, sortPrefix, limit: 1000 })).items.map(({ value }) => value)
}

function open(path: string): SqliteStore {
  const store = openSqliteStore(path, { clock: systemClock })
  onTestFinished(store.close)
  return store
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'weir.db')
}
