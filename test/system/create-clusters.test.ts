import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defaultCacheDir } from '../../agent/kafka/fetch.ts'
import type { Cluster } from '../../shared/contract/cluster.ts'
import { type TenantClient, tenantClient } from '../kafka/tenant-client.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { kcat, kcatArguments } from '../weir/kcat.ts'
import { leftovers, type WeirProcess, weirProcess } from '../weir/weir-process.ts'

const Events = z.object({
  items: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()), sequence: z.string() })),
})

let weir: WeirProcess
let api: TenantApi

beforeAll(async () => {
  weir = await weirProcess('127.41')
  await weir.start()
  api = tenantApi(weir, 'acme')
})
afterAll(() => weir.dispose())

async function user(cluster: Cluster, name: string, role: string): Promise<string> {
  const { body } = await api.call('POST', `/v1/clusters/${cluster.id}/users`, { name, role, topicPrefix: 'orders' })
  return z.object({ password: z.string() }).parse(body).password
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    () => 'refused',
  )

function client(cluster: Cluster, name: string, password: string): Promise<TenantClient> {
  const { bootstrapServers: bootstrap = [], caCertificatePem: certificatePem = '' } = cluster.connection ?? {}
  const { kafkaVersion } = cluster
  return tenantClient(
    {
      cluster: { bootstrap, authority: { certificatePem } },
      kafkaVersion,
      jarsDir: join(defaultCacheDir(), kafkaVersion),
      folder: weir.home,
      group: `orders-${randomUUID()}`,
    },
    { user: name, password },
  )
}

describe.each([
  { topology: 'combined', kafkaVersion: '3.7.1', nodes: [1, 2, 3] },
  { topology: 'dedicated', kafkaVersion: '3.9.2', nodes: [1, 2, 3, 101, 102, 103] },
  { topology: 'combined', kafkaVersion: '3.9.2', nodes: [1, 2, 3] },
  { topology: 'combined', kafkaVersion: '4.3.1', nodes: [1, 2, 3] },
] as const)('a $topology cluster of Kafka $kafkaVersion', ({ topology, kafkaVersion, nodes }) => {
  let cluster: Cluster
  const name = `${topology}-${kafkaVersion.replaceAll('.', '-')}`

  it('comes up with its topics, broker by broker in order, and is Healthy', async () => {
    const operation = await api.create({
      name,
      topology,
      kafkaVersion,
      brokers: { count: 3, volumeGiB: 1 },
      topics: [{ name: 'orders.placed', partitions: 3 }],
    })
    const ended = await api.ended(operation.id)
    expect(ended.error).toBeUndefined()
    expect(ended).toMatchObject({
      state: 'Succeeded',
      progress: { brokersDone: nodes.length, brokersTotal: nodes.length },
    })
    cluster = await api.cluster(operation.target.id)
    expect(cluster).toMatchObject({
      status: 'Active',
      health: 'Healthy',
      allowedActions: expect.arrayContaining(['repairBrokers', 'deleteCluster']),
    })
    const brokers = await api.brokers(cluster.id)
    expect(brokers.map(({ nodeId, status, health }) => [nodeId, status, health])).toEqual(
      nodes.map((id) => [id, 'Active', 'Healthy']),
    )
    const spread = brokers.filter(({ roles }) => roles.includes('broker')).map(({ zone }) => zone)
    expect(spread.toSorted()).toEqual(['az-1', 'az-2', 'az-3'])
    const hosts = await weir.hosts()
    expect(hosts).toEqual({ folders: nodes.length, poweredOn: nodes.length, volumes: nodes.length })

    const { body } = await api.call('GET', '/v1/events?pageSize=200')
    const events = Events.parse(body).items.filter(({ data }) => data.clusterId === cluster.id)
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1))
    const moves = events
      .filter(({ type }) => type === 'kafka.broker.state_changed.v1')
      .map(({ data }) => `${data.nodeId}:${data.to}`)
    expect(moves).toEqual(nodes.flatMap((id) => [`${id}:Creating`, `${id}:Active`]))
  })

  it('lets an independent client with a password write and read, and no one without', async () => {
    const writer = await client(cluster, 'writer', await user(cluster, 'writer', 'producer'))
    const readersPassword = await user(cluster, 'reader', 'consumer')
    const read = async (count: number) =>
      (await (await client(cluster, 'reader', readersPassword)).consume('orders.placed', count)).toSorted()
    await writer.produce('orders.placed', ['one', 'two', 'three'])
    expect(await read(3)).toEqual(['one', 'three', 'two'])
    // Kafka's console producer ends with 0 although its record was refused, so what counts is what can be read.
    const reader = await client(cluster, 'reader', readersPassword)
    await reader.produce('orders.placed', ['a consumer must not write']).catch(() => undefined)
    await writer.produce('orders.placed', ['four'])
    expect(await read(4)).toEqual(['four', 'one', 'three', 'two'])

    const list = ['-L', '-m', '5']
    const [writers, nobodys, ...strangers] = await Promise.all([
      outcome((await client(cluster, 'writer', 'wrong')).topics()),
      outcome((await client(cluster, 'nobody', 'wrong')).topics()),
      kcat([...(await kcatArguments(cluster, weir.home, 'SSL')), ...list]),
      kcat([...(await kcatArguments(cluster, weir.home, 'PLAINTEXT')), ...list]),
    ])
    expect([writers, nobodys]).toEqual(['refused', 'refused'])
    expect(strangers.map(({ code }) => code)).not.toContain(0)
  })

  it('is deleted without a trace, and its name and quota are free again', async () => {
    const ended = await api.ended((await api.remove(cluster.id)).id)
    expect(ended).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
    expect(await leftovers(weir.home)).toEqual([])
    expect((await api.call('GET', `/v1/clusters/${cluster.id}`)).status).toBe(404)
    const { body } = await api.call('GET', '/v1/quotas')
    expect(JSON.stringify(body)).not.toMatch(/"used":[1-9]/)
    const again = await api.call('POST', '/v1/clusters?validateOnly=true', {
      name,
      topology,
      brokers: { count: 3, volumeGiB: 1 },
    })
    expect(again.status).toBe(200)
  })
})
