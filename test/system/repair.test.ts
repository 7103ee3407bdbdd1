import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hostDirOf } from '../../local/hosts/host-spec.ts'
import { powerOffHost } from '../../local/hosts/power-off.ts'
import { processesOfHost } from '../../local/hosts/power-state.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { steadyProducer } from '../weir/steady-producer.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string

const POLL_MILLISECONDS = 200
const VICTIM = 2

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

/** The folder of the machine that the broker has now: its token names the node. */
async function machine(): Promise<string> {
  for (const id of await readdir(join(weir.home, 'hosts'))) {
    const token = await readFile(join(hostDirOf(weir.home, id), 'token'), 'utf8')
    const { node } = z.object({ node: z.int() }).parse(JSON.parse(atobUrl(token.split('.')[1] ?? '')))
    if (node === VICTIM) return hostDirOf(weir.home, id)
  }
  throw new Error(`broker ${VICTIM} has no machine`)
}

const atobUrl = (text: string) => Buffer.from(text, 'base64url').toString()

async function killKafka(): Promise<void> {
  const kafka = (await processesOfHost(await machine())).find(({ name }) => name === 'java')
  if (!kafka) throw new Error('Kafka does not run')
  process.kill(kafka.processId, 'SIGKILL')
}

async function repairs(): Promise<readonly Operation[]> {
  const { body } = await api.call('GET', `/v1/clusters/${clusterId}/operations?type=repairBrokers`)
  return z.object({ items: z.array(z.custom<Operation>()) }).parse(body).items
}

async function healthEvents(): Promise<readonly unknown[]> {
  const { body } = await api.call('GET', '/v1/events')
  const { items } = z
    .object({ items: z.array(z.looseObject({ type: z.string(), data: z.looseObject({}) })) })
    .parse(body)
  return items.filter(({ type }) => type.endsWith('.health_changed.v1')).map(({ type, data }) => [type, data.to])
}

describe('a broker whose Kafka was killed', () => {
  it('is noticed, started again by its host, and Healthy again, without an operation', async () => {
    await killKafka()
    const degraded = await until(cluster, ({ health }) => health !== 'Healthy')
    expect(degraded).toMatchObject({ status: 'Active', health: 'Degraded' })
    await until(cluster, ({ health }) => health === 'Healthy')
    expect(await broker()).toMatchObject({ status: 'Active', health: 'Healthy' })
    expect(await repairs()).toEqual([])
    expect((await healthEvents()).slice(-4)).toEqual([
      ['kafka.broker.health_changed.v1', 'Unavailable'],
      ['kafka.cluster.health_changed.v1', 'Degraded'],
      ['kafka.broker.health_changed.v1', 'Healthy'],
      ['kafka.cluster.health_changed.v1', 'Healthy'],
    ])
  })
})

describe('a broker whose machine is gone', () => {
  it('gets another one by itself, with its address and volume, and no acknowledged record is lost', async () => {
    const producer = await steadyProducer(api, clusterId, 'stream')
    await producer.acknowledged(50)
    const before = await broker()
    const lost = await machine()
    const { volumes } = await weir.hosts()
    await powerOffHost(lost)
    const noticed = await until(broker, ({ health }) => health !== 'Healthy')
    expect(noticed).toMatchObject({ status: 'Active', statusReason: expect.any(String) })
    const [repair] = await until(repairs, (found) => found.length > 0)
    expect(repair).toMatchObject({ requestedBy: 'weir' })
    const ended = await api.ended(repair?.id ?? '')
    expect(ended.state, JSON.stringify(ended.error)).toBe('Succeeded')
    expect(await machine()).not.toBe(lost)
    const after = await broker()
    expect(after).toMatchObject({ status: 'Active', health: 'Healthy', endpoint: before.endpoint })
    expect(after.generation).toBeGreaterThan(before.generation)
    expect(await weir.hosts()).toMatchObject({ folders: 3, poweredOn: 3, volumes })
    expect(await cluster()).toMatchObject({ status: 'Active', health: 'Healthy' })
    expect((await producer.finish()).missing).toEqual([])
  })

  it('is not repaired on request while it serves', async () => {
    const refused = await api.call('POST', `/v1/clusters/${clusterId}/brokers/${VICTIM}/actions/repair`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })
})
