import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { StreamReport } from '../../local/check-stream/report.ts'
import { startStreamCheck } from '../../local/check-stream/start.ts'
import { hostDirOf } from '../../local/hosts/host-spec.ts'
import { powerOffHost } from '../../local/hosts/power-off.ts'
import { processesOfHost } from '../../local/hosts/power-state.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { streamAccess } from '../weir/stream-access.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string

const POLL_MILLISECONDS = 200
const VICTIM = 2

/** The bound of the product: so soon after a broker stops serving its status says so, and an event with a reason (kafka-operations §5.8). */
const NOTICED_WITHIN_SECONDS = 30

beforeAll(async () => {
  weir = await weirProcess('127.47')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const created = await api.ended(
    (
      await api.create({
        name: 'mended',
        topology: 'combined',
        brokers: { count: 3, volumeGiB: 1 },
        topics: [{ name: 'stream' }],
      })
    ).id,
  )
  expect(created.state, JSON.stringify(created.error)).toBe('Succeeded')
  clusterId = created.target.id
})
afterAll(() => weir.dispose())

async function until<T>(look: () => Promise<T>, is: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (is(seen)) return seen
    await pause(POLL_MILLISECONDS)
  }
}

const cluster = () => api.cluster(clusterId)

async function broker() {
  const found = (await api.brokers(clusterId)).find(({ nodeId }) => nodeId === VICTIM)
  if (!found) throw new Error(`there is no broker ${VICTIM}`)
  return found
}

const atobUrl = (text: string) => Buffer.from(text, 'base64url').toString()

/** The folders of the machines that the nodes have now: a machine's token names its node. */
async function machines(): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>()
  for (const id of await readdir(join(weir.home, 'hosts'))) {
    const token = await readFile(join(hostDirOf(weir.home, id), 'token'), 'utf8')
    const { node } = z.object({ node: z.int() }).parse(JSON.parse(atobUrl(token.split('.')[1] ?? '')))
    found.set(node, hostDirOf(weir.home, id))
  }
  return found
}

async function machine(nodeId = VICTIM): Promise<string> {
  const found = (await machines()).get(nodeId)
  if (found === undefined) throw new Error(`broker ${nodeId} has no machine`)
  return found
}

/** The image or directory of a node's volume, as its machine was told. */
async function volumeOf(nodeId: number): Promise<string> {
  const config: unknown = JSON.parse(await readFile(join(await machine(nodeId), 'agent.json'), 'utf8'))
  const schema = z.object({ volume: z.object({ imageFile: z.string().optional(), path: z.string().optional() }) })
  const { imageFile, path } = schema.parse(config).volume
  return imageFile ?? path ?? ''
}

const keyOf = async () => readFile(join(await machine(), 'state', 'tls', 'node.pem'), 'utf8')

async function killKafka(): Promise<void> {
  const kafka = (await processesOfHost(await machine())).find(({ name }) => name === 'java')
  if (!kafka) throw new Error('Kafka does not run')
  process.kill(kafka.processId, 'SIGKILL')
}

async function repairs(): Promise<readonly Operation[]> {
  const { body } = await api.call('GET', `/v1/clusters/${clusterId}/operations?type=repairBrokers`)
  return z.object({ items: z.array(z.custom<Operation>()) }).parse(body).items
}

async function askForRepair(nodeId: number): Promise<Operation> {
  const { status, body } = await api.call('POST', `/v1/clusters/${clusterId}/brokers/${nodeId}/actions/repair`)
  expect(status, JSON.stringify(body)).toBe(202)
  return api.ended(String(Object(body).id))
}

const Seen = z.object({ type: z.string(), time: z.string(), data: z.looseObject({ reason: z.string().optional() }) })

async function events(type: string, since: number) {
  const { body } = await api.call('GET', `/v1/events?type=${type}&clusterId=${clusterId}&pageSize=1000`)
  const { items } = z.object({ items: z.array(Seen) }).parse(body)
  return items.filter(({ time }) => Date.parse(time) >= since)
}

const wentTo = async (type: string, since: number) => (await events(type, since)).map(({ data }) => data.to)

/** How long it took until the broker's health had changed, by the time of the event. */
async function noticedAfterSeconds(since: number): Promise<number> {
  const [first] = await events('kafka.broker.health_changed.v1', since)
  expect(first?.data).toMatchObject({ nodeId: VICTIM, from: 'Healthy', reason: expect.any(String) })
  return (Date.parse(first?.time ?? '') - since) / 1000
}

function report(what: string, noticedSeconds: number | undefined, found: StreamReport): void {
  const { acknowledged, lost, duplicated, longestGapSeconds } = found
  const noticed = noticedSeconds === undefined ? '' : `noticed after ${noticedSeconds.toFixed(1)} s; `
  console.log(
    `${what}: ${noticed}${acknowledged} acknowledged, ${lost} lost, ${duplicated} duplicated, ${longestGapSeconds.toFixed(1)} s at most without an acknowledgement`,
  )
}

describe('a broker whose Kafka was killed', () => {
  it('is noticed, started again by its host, and Healthy again, without an operation and without a lost record', async () => {
    const check = await startStreamCheck({ ...(await streamAccess(api, clusterId, 'killed')), topics: ['stream'] })
    await check.acknowledged(100)
    const killedAt = Date.now()
    await killKafka()
    const degraded = await until(cluster, ({ health }) => health !== 'Healthy')
    expect(degraded).toMatchObject({ status: 'Active', health: 'Degraded' })
    await until(cluster, ({ health }) => health === 'Healthy')
    expect(await broker()).toMatchObject({ status: 'Active', health: 'Healthy' })
    expect(await repairs()).toEqual([])
    expect(await wentTo('kafka.broker.health_changed.v1', killedAt)).toEqual(['Unavailable', 'Healthy'])
    expect(await wentTo('kafka.cluster.health_changed.v1', killedAt)).toEqual(['Degraded', 'Healthy'])
    await check.acknowledged(200)
    const found = await check.stop()
    const noticed = await noticedAfterSeconds(killedAt)
    report('kill -9 of a broker', noticed, found)
    expect(noticed).toBeLessThanOrEqual(NOTICED_WITHIN_SECONDS)
    expect(found, JSON.stringify(found)).toMatchObject({ held: true, lost: 0 })
  })
})

describe('a broker whose machine is gone with its disk', () => {
  it('gets another one and an empty volume by itself, with its address and a new key, and no acknowledged record is lost', async () => {
    const check = await startStreamCheck({ ...(await streamAccess(api, clusterId, 'lost')), topics: ['stream'] })
    await check.acknowledged(100)
    const [before, lost, key, volume] = [await broker(), await machine(), await keyOf(), await volumeOf(VICTIM)]
    const lostAt = Date.now()
    await rm(volume, { recursive: true })
    await powerOffHost(lost)
    const noticed = await until(broker, ({ health }) => health !== 'Healthy')
    expect(noticed).toMatchObject({ status: 'Active', statusReason: expect.any(String) })
    const [repair] = await until(repairs, (found) => found.length > 0)
    expect(repair).toMatchObject({ requestedBy: 'weir' })
    const ended = await api.ended(repair?.id ?? '')
    expect(ended.state, JSON.stringify(ended.error)).toBe('Succeeded')
    const steps = ended.steps.filter(({ nodeId }) => nodeId === VICTIM).map(({ name, state }) => [name, state])
    expect(steps).toEqual(
      expect.arrayContaining([
        ['replaceVolume', 'Succeeded'],
        ['launchOnEmptyVolume', 'Succeeded'],
      ]),
    )
    const after = await broker()
    expect(after).toMatchObject({ status: 'Active', health: 'Healthy', endpoint: before.endpoint })
    expect(after.generation).toBeGreaterThan(before.generation)
    expect(await machine()).not.toBe(lost)
    expect(await volumeOf(VICTIM)).not.toBe(volume)
    expect(await keyOf()).not.toBe(key)
    expect(await weir.hosts()).toMatchObject({ folders: 3, poweredOn: 3, volumes: 3 })
    expect(await cluster()).toMatchObject({ status: 'Active', health: 'Healthy' })
    await check.acknowledged(200)
    const found = await check.stop()
    const noticedSeconds = await noticedAfterSeconds(lostAt)
    report('loss of a host with its disk', noticedSeconds, found)
    expect(noticedSeconds).toBeLessThanOrEqual(NOTICED_WITHIN_SECONDS)
    expect(found, JSON.stringify(found)).toMatchObject({ held: true, lost: 0 })
  })

  it('is not repaired on request while it serves', async () => {
    const refused = await api.call('POST', `/v1/clusters/${clusterId}/brokers/${VICTIM}/actions/repair`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })
})

describe('a cluster whose machines are all gone', () => {
  it('is left to people, refused while most controllers have no volume, and comes back on request with what was on them', async () => {
    const check = await startStreamCheck({ ...(await streamAccess(api, clusterId, 'outage')), topics: ['stream'] })
    await check.acknowledged(100)
    const [before, outageAt] = [await machines(), Date.now()]
    const volumes = await Promise.all([volumeOf(VICTIM), volumeOf(3)])
    await Promise.all([...before.values()].map((hostDir) => powerOffHost(hostDir)))
    for (const volume of volumes) await rename(volume, `${volume}.aside`)
    await until(cluster, ({ health }) => health === 'Unavailable')
    await until(
      () => events('kafka.broker.repair_held.v1', outageAt),
      (held) => held.length > 0,
    )

    const refused = await askForRepair(1)
    expect(refused).toMatchObject({ state: 'Failed', error: { code: 'QUORUM_AT_RISK', step: 'assessVolumes' } })
    expect(refused.error?.detail).toContain('2 and 3')
    expect(await cluster()).toMatchObject({ status: 'Error', health: 'Unavailable' })
    expect(await machines()).toEqual(before)

    for (const volume of volumes) await rename(`${volume}.aside`, volume)
    const repaired = await askForRepair(1)
    expect(repaired, JSON.stringify(repaired.error)).toMatchObject({
      state: 'Succeeded',
      progress: { brokersDone: 3, brokersTotal: 3 },
    })
    expect(await Promise.all([volumeOf(VICTIM), volumeOf(3)])).toEqual(volumes)
    expect(await weir.hosts()).toMatchObject({ folders: 3, poweredOn: 3, volumes: 3 })
    expect(await cluster()).toMatchObject({ status: 'Active', health: 'Healthy' })
    await check.acknowledged(200)
    const found = await check.stop()
    report('outage of all brokers', undefined, found)
    expect(found, JSON.stringify(found)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unverified: 0 })
  })
})
