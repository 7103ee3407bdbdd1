import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { startStreamCheck } from '../../local/check-stream/start.ts'
import { canIsolate } from '../../local/hosts/isolation.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { Maintenance } from '../../shared/contract/maintenance.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import { pageOf } from '../../shared/contract/primitives.ts'
import { leastTotalBytes } from '../../shared/host-protocol/volume-size.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { LedgerRecord } from '../../shared/records/ledger.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { type HostView, hostViews } from '../weir/host-view.ts'
import { streamAccess } from '../weir/stream-access.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string
let hosts: readonly HostView[]

const POLL_MILLISECONDS = 200

/** As often as the volumes grow below, so that there is a time before which they cannot grow once more. */
const GROWTHS = 4

beforeAll(async () => {
  if (!canIsolate()) return
  weir = await weirProcess('127.45', { WEIR_VOLUME_CHANGES_PER_DAY: String(GROWTHS) })
  await weir.start()
  api = tenantApi(weir, 'acme')
  const created = await api.ended(
    (
      await api.create({
        name: 'growing',
        topology: 'combined',
        brokers: { count: 3, volumeGiB: 1 },
        topics: [{ name: 'stream' }],
      })
    ).id,
  )
  expect(created.error).toBeUndefined()
  clusterId = created.target.id
  hosts = await hostViews(weir.home)
})
afterAll(() => weir?.dispose())

async function extend(volumeGiB: number): Promise<Operation> {
  // The health of a cluster whose disks are full may change at any moment, and its ETag with it.
  const match = { 'if-match': '*' }
  const { status, body } = await api.call('PATCH', `/v1/clusters/${clusterId}`, { brokers: { volumeGiB } }, match)
  expect(status, JSON.stringify(body)).toBe(202)
  return api.ended(String(Object(body).id))
}

const sizes = () => Promise.all(hosts.map((host) => host.totalBytes()))
const processes = () => Promise.all(hosts.map((host) => host.kafka()))

async function ledger(): Promise<readonly LedgerRecord[]> {
  const store = openSqliteStore(join(weir.home, 'weir.sqlite'), { clock: systemClock })
  try {
    const rows = await listRecords<LedgerRecord>(store, partitions.cluster('acme', clusterId), sorts.ledger)
    return rows.map(({ record }) => record)
  } finally {
    store.close()
  }
}

describe.runIf(canIsolate())('the volumes of a cluster', () => {
  it('grow under a running producer with no error, no restart and no record lost, and are billed one by one', async () => {
    const check = await streamCheck(api, clusterId)
    await check.acknowledged(100)
    const [before, running] = [await sizes(), await processes()]
    for (const bytes of before) expect(bytes).toBeLessThan(1024 ** 3)

    const operation = await extend(2)
    expect(operation.error).toBeUndefined()
    expect(operation).toMatchObject({
      type: 'extendVolumes',
      state: 'Succeeded',
      plan: { restarts: 0, phases: [{ kind: 'extendVolumes' }] },
      progress: { brokersDone: 3, brokersTotal: 3 },
    })
    for (const bytes of await sizes()) expect(bytes).toBeGreaterThanOrEqual(leastTotalBytes(2))
    expect(await processes()).toEqual(running)
    await check.acknowledged(100)
    expect(await check.stop()).toMatchObject({ held: true, produceErrors: [], consumeErrors: [] })

    // Kafka's own statement, asked of each broker by DescribeLogDirs.
    const verified = operation.steps.filter(({ name, state }) => name === 'verifyVolume' && state === 'Succeeded')
    expect(verified.map(({ nodeId }) => nodeId).toSorted()).toEqual([1, 2, 3])
    expect(await api.cluster(clusterId)).toMatchObject({
      status: 'Active',
      health: 'Healthy',
      brokers: { volumeGiB: 2 },
    })
    expect((await api.brokers(clusterId)).map(({ status, volumeGiB }) => [status, volumeGiB])).toEqual([
      ['Active', 2],
      ['Active', 2],
      ['Active', 2],
    ])
    const rows = (await ledger()).filter(({ operationId }) => operationId === operation.id)
    const nodes = operation.plan?.phases.flatMap((phase) => phase.nodes)
    expect(rows.map(({ cause }) => cause)).toEqual(['volume extended', 'volume extended', 'volume extended'])
    expect(rows.flatMap(({ brokers }) => brokers)).toEqual(
      nodes?.map((nodeId) => ({ nodeId, instanceType: 'r2a.2xlarge', volumeGiB: 2 })),
    )
  })

  it.each([
    { full: [2], volumeGiB: 3 },
    { full: [1, 2, 3], volumeGiB: 4 },
  ])('bring brokers $full back whose disks are full', async ({ full, volumeGiB }) => {
    const filled = hosts.filter(({ nodeId }) => full.includes(nodeId))
    const running = await processes()
    await Promise.all(filled.map((host) => host.fill()))
    // Kafka halts at its next write, and cannot start again. Where two of three are gone nothing is written any more.
    const ended = async () => {
      const now = await processes()
      return filled.filter(({ nodeId }) => now[nodeId - 1] !== running[nodeId - 1]).length
    }
    while ((await ended()) < Math.min(full.length, 2)) await pause(POLL_MILLISECONDS)

    const operation = await extend(volumeGiB)
    expect(operation.error).toBeUndefined()
    expect(operation).toMatchObject({ state: 'Succeeded', progress: { brokersDone: 3, brokersTotal: 3 } })
    for (const bytes of await sizes()) expect(bytes).toBeGreaterThanOrEqual(leastTotalBytes(volumeGiB))
    const after = await processes()
    for (const [index, { nodeId }] of hosts.entries()) {
      expect(after[index]).toBeDefined()
      if (!full.includes(nodeId)) expect(after[index]).toBe(running[index])
    }
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
    // Replication works again: acks=all to partitions on all three.
    const { status } = await api.call('POST', `/v1/clusters/${clusterId}/topics`, { name: `after-${volumeGiB}` })
    expect(status).toBe(201)
  })

  it('grow by themselves while a producer fills them up, at once where that is ordered, with no record lost', async () => {
    const { volumeGiB } = (await api.cluster(clusterId)).brokers
    const running = await processes()
    const fullest = Math.max(...(await Promise.all(hosts.map((host) => host.usedPercent()))))
    const emergencyAtPercent = Math.ceil(fullest) + 1
    const order = { diskAutoscaling: { emergencyAtPercent, limitGiB: volumeGiB + 1 } }
    const path = `/v1/clusters/${clusterId}`
    const { status, body } = await api.call('PATCH', path, order, { 'if-match': '*' })
    expect(status, JSON.stringify(body)).toBe(200)
    // A few megabytes a second: what is left below the threshold is full within half a minute.
    const stream = { topics: ['stream'], messageBytes: 200_000, recordsPerSecond: 30 }
    const check = await startStreamCheck({ ...(await streamAccess(api, clusterId, 'filler')), ...stream })
    const grown = async () =>
      pageOf(Maintenance)
        .parse((await api.call('GET', `${path}/maintenance`)).body)
        .items.find(({ finishedAt }) => finishedAt !== undefined)
    while (!(await grown())) await pause(POLL_MILLISECONDS)
    await check.acknowledged(20)
    expect(await check.stop()).toMatchObject({ lost: 0, held: true })

    const growth = await grown()
    expect(growth).toMatchObject({
      kind: 'growVolumes',
      urgency: 'Emergency',
      state: 'Succeeded',
      changes: [{ pointer: '/brokers/volumeGiB', from: volumeGiB, to: volumeGiB + 1 }],
    })
    const operation = await api.operation(String(growth?.operationId))
    expect(operation).toMatchObject({ type: 'extendVolumes', requestedBy: 'autoscaling', state: 'Succeeded' })
    for (const bytes of await sizes()) expect(bytes).toBeGreaterThanOrEqual(leastTotalBytes(volumeGiB + 1))
    expect(await processes()).toEqual(running)
    // The disks that were full before were told of, too.
    const events = await api.call('GET', `/v1/events?clusterId=${clusterId}&pageSize=200`)
    const crossed = JSON.stringify(events.body).match(/kafka\.storage\.threshold_crossed\.v1/gu)
    expect(crossed?.length).toBeGreaterThanOrEqual(1)
    // Their limit is no limit of the order any more.
    const off = await api.call('PATCH', path, { diskAutoscaling: null }, { 'if-match': '*' })
    expect(off.status).toBe(200)
  })

  it('are not changed more often within a day than their volumes take, nor made smaller, nor given the size they have', async () => {
    const before = await api.cluster(clusterId)
    const refusal = async (volumeGiB: number) => {
      const match = { 'if-match': '*' }
      const { status, body } = await api.call('PATCH', `/v1/clusters/${clusterId}`, { brokers: { volumeGiB } }, match)
      return { status, body }
    }
    const { volumeGiB } = before.brokers
    for (const wanted of [volumeGiB - 1, volumeGiB]) {
      expect(await refusal(wanted)).toMatchObject({ status: 422, body: { code: 'VOLUME_NOT_LARGER' } })
    }
    const { body: plan } = await api.call('POST', `/v1/clusters/${clusterId}/plans`, {
      brokers: { volumeGiB: volumeGiB + 1 },
    })
    const [blocker] = Plan.parse(plan).blockers
    expect(await refusal(volumeGiB + 1)).toMatchObject({
      status: 409,
      body: { code: 'VOLUME_CHANGE_TOO_SOON', detail: expect.stringContaining(blocker?.earliestAt ?? 'a time') },
    })
    const daysAhead = (Date.parse(blocker?.earliestAt ?? '') - Date.now()) / 86_400_000
    expect(daysAhead).toBeGreaterThan(0.9)
    expect(daysAhead).toBeLessThanOrEqual(1)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', brokers: before.brokers })
  })
})
