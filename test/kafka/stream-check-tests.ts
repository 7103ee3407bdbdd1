import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { deleteRecordsV2 } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectWith, hangUp, type StreamAccess } from '../../local/check-stream/kafka/connection.ts'
import { kafkaStreamCluster } from '../../local/check-stream/kafka/kafka-cluster.ts'
import { type Leader, leadersOf } from '../../local/check-stream/kafka/leaders.ts'
import type { StreamReport } from '../../local/check-stream/report.ts'
import { startStreamCheck } from '../../local/check-stream/start.ts'
import type { BareHost } from './bare-host.ts'
import { kcatClient } from './tenant-client.ts'
import { accessOf, passwordOf, putUserWith, type WeirCluster } from './weir-cluster.ts'

const user = 'checker'
// The machine may be busy, and a dead broker is fenced after nine seconds.
const PATIENCE = { timeout: 40_000, interval: 200 }

const load = { partitions: 3, producers: 2, recordsPerSecond: 240 } as const

/** A command that has begun to write. */
interface Command {
  readonly child: ChildProcess
  readonly stdout: Promise<string>
  readonly exitCode: Promise<unknown>
}

/** The stream check on a cluster of three brokers that it may kill. */
export function streamCheckTests(scene: () => WeirCluster): void {
  let access: StreamAccess
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-check-stream-'))
    const { kafka, target } = scene()
    const rule = { resource: 'topic', pattern: 'prefixed', name: '', operation: 'All' } as const
    await putUserWith(scene(), user, [rule])
    await kafka.awaitUser(target, user, passwordOf(user), 1)
    const { clientListeners, caPem, password } = accessOf(scene(), user)
    access = { bootstrapServers: clientListeners, caCertificatePem: caPem, user, password }
    await writeFile(join(folder, 'ca.pem'), caPem)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  describe('a check of three real brokers', () => {
    it('proves a healthy cluster right, record by record as another client counts them', async () => {
      const check = await startStreamCheck({ ...access, ...load, topics: ['healthy'] })
      await check.acknowledged(500)
      const report = await check.stop()
      expect(report.faults).toEqual([])
      expect(report).toMatchObject({ held: true, lost: 0, duplicated: 0, outOfOrder: 0, abandoned: 0 })
      expect(report.produceErrors.filter(({ retriable }) => !retriable)).toEqual([])
      expect(report.partitions.map(({ acknowledged }) => acknowledged > 0)).toEqual([true, true, true])
      const { target, caPem } = scene()
      const reachable = { bootstrap: target.clientListeners, authority: { certificatePem: caPem } }
      const kcat = await kcatClient({ cluster: reachable, folder }, { user, password: access.password })
      const values = await kcat.consume('healthy', report.acknowledged)
      expect(new Set(values).size).toBe(report.acknowledged)
    })

    it('loses nothing and keeps the order when a leader is killed with SIGKILL and started again', async () => {
      const check = await startStreamCheck({ ...access, ...load, topics: ['killed'] })
      await check.acknowledged(200)
      const { host } = await leaderOf('killed')
      await host.stop('SIGKILL')
      await vi.waitFor(async () => expect((await leaderOf('killed')).host).not.toBe(host), PATIENCE)
      await check.acknowledged(300)
      await host.start()
      await host.running()
      await check.acknowledged(300)
      const report = await check.stop()
      expect(report.faults).toEqual([])
      expect(report).toMatchObject({ held: true, lost: 0, duplicated: 0, outOfOrder: 0, abandoned: 0 })
      expect(report.produceErrors.filter(({ retriable }) => !retriable)).toEqual([])
      expect(report.produceErrors.length).toBeGreaterThan(0)
      // A dead broker is fenced after its session of nine seconds; until then nobody can lead its partitions.
      expect(report.partitions[0]?.longestGapSeconds).toBeGreaterThan(4)
    })

    it('counts exactly the acknowledged records that were deleted behind its back', async () => {
      const check = await startStreamCheck({ ...access, ...load, topics: ['cut'] })
      await check.acknowledged(300)
      const { leader } = await leaderOf('cut')
      const connection = await connectWith(access)(leader.address)
      const partitions = [{ partitionIndex: 0, offset: 40n }]
      await deleteRecordsV2.api.async(connection, [{ name: 'cut', partitions }], 5000)
      hangUp(connection)
      await check.acknowledged(100)
      const report = await check.stop()
      expect(report).toMatchObject({ held: false, lost: 40, unverified: 0, duplicated: 0, outOfOrder: 0 })
      expect(report.partitions.map(({ lost }) => lost)).toEqual([40, 0, 0])
      expect(report.faults).toEqual(['40 records acknowledged but lost (cut-0).'])
    })
  })

  describe('npm run check-stream', () => {
    it('ends on SIGINT with the report and exit code 0', async () => {
      const command = await commandLine('--topics', 'command')
      // Under npm the same Ctrl-C comes twice: from the terminal and from npm.
      command.child.kill('SIGINT')
      command.child.kill('SIGINT')
      expect(await command.exitCode).toBe(0)
      expect(await command.stdout).toMatch(/^lost +0$/mu)
      expect(await command.stdout).toContain('Held: every acknowledged record was read exactly once and in order.')
    })

    it('reports every record as lost and exits with 1 when the topic was deleted', async () => {
      const command = await commandLine('--topics', 'deleted', '--output', 'json', '--settle-seconds', '1')
      const cluster = kafkaStreamCluster(access)
      const log = cluster.partitionLog('deleted', 0)
      await vi.waitFor(async () => expect((await log.bounds()).end.offset).toBeGreaterThan(0n), PATIENCE)
      cluster.close()
      await scene().kafka.deleteTopic(scene().target, 'deleted')
      command.child.kill('SIGTERM')
      expect(await command.exitCode).toBe(1)
      const report: StreamReport = JSON.parse(await command.stdout)
      expect(report.acknowledged).toBeGreaterThan(0)
      expect(report).toMatchObject({ held: false, lost: report.acknowledged, unverified: 0 })
    })
  })

  async function commandLine(...args: readonly string[]): Promise<Command> {
    const listeners = access.bootstrapServers.join(',')
    const child = spawn(
      process.execPath,
      ['local/check-stream/main.ts', '--bootstrap', listeners, '--ca', join(folder, 'ca.pem'), ...args],
      {
        env: { ...process.env, KAFKA_USER: user, KAFKA_PASSWORD: access.password },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const exitCode = once(child, 'exit').then(([code]: readonly unknown[]) => code)
    const [words] = await once(child.stderr, 'data')
    expect(String(words)).toContain('Writing to')
    return { child, stdout: text(child.stdout), exitCode }
  }

  /** Who leads the first partition. */
  async function leaderOf(topic: string): Promise<{ readonly leader: Leader; readonly host: BareHost }> {
    const leaders = leadersOf(connectWith(access), access.bootstrapServers)
    const leader = await leaders.leaderOf(topic, 0)
    leaders.close()
    const host = scene().cluster.hosts.find(({ plan }) => leader.address.startsWith(`${plan.address}:`))
    if (host === undefined) throw new Error(`no host has the address ${leader.address}`)
    return { leader, host }
  }
}
