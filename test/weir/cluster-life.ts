import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { defaultCacheDir } from '../../agent/kafka/fetch.ts'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantClient, tenantClient } from '../kafka/tenant-client.ts'
import type { TenantApi } from './api.ts'
import { kcat, kcatArguments } from './kcat.ts'
import { leftovers, type WeirProcess } from './weir-process.ts'

/** What a cluster is ordered with that `expectClientsServed` is to find its topic in. */
export const ORDERS_TOPIC = { name: 'orders.placed', partitions: 3 } as const

const Events = z.object({
  items: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()), sequence: z.string() })),
})

/** The cluster came up broker by broker in order and is Healthy, on as many hosts as it has nodes, in three zones. */
export async function expectNew(
  weir: WeirProcess,
  api: TenantApi,
  ended: Operation,
  nodes: readonly number[],
): Promise<Cluster> {
  expect(ended.error).toBeUndefined()
  expect(ended).toMatchObject({
    state: 'Succeeded',
    progress: { brokersDone: nodes.length, brokersTotal: nodes.length },
  })
  const cluster = await api.cluster(ended.target.id)
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

  const { body } = await api.call('GET', `/v1/events?clusterId=${cluster.id}&pageSize=200`)
  const events = Events.parse(body).items
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1))
  const moves = events
    .filter(({ type }) => type === 'kafka.broker.state_changed.v1')
    .map(({ data }) => `${data.nodeId}:${data.to}`)
  expect(moves).toEqual(nodes.flatMap((id) => [`${id}:Creating`, `${id}:Active`]))
  return cluster
}

/** An independent client with a password writes and reads as far as its role lets it, and no one without. */
export async function expectClientsServed(weir: WeirProcess, api: TenantApi, cluster: Cluster): Promise<void> {
  const topic = ORDERS_TOPIC.name
  const password = async (name: string, role: string): Promise<string> => {
    const { body } = await api.call('POST', `/v1/clusters/${cluster.id}/users`, { name, role, topicPrefix: 'orders' })
    return z.object({ password: z.string() }).parse(body).password
  }
  const client = (name: string, secret: string) => clientOf(weir, cluster, name, secret)
  const writer = await client('writer', await password('writer', 'producer'))
  const readersPassword = await password('reader', 'consumer')
  const read = async (count: number) =>
    (await (await client('reader', readersPassword)).consume(topic, count)).toSorted()
  await writer.produce(topic, ['one', 'two', 'three'])
  expect(await read(3)).toEqual(['one', 'three', 'two'])
  // Kafka's console producer ends with 0 although its record was refused, so what counts is what can be read.
  const reader = await client('reader', readersPassword)
  await reader.produce(topic, ['a consumer must not write']).catch(() => undefined)
  await writer.produce(topic, ['four'])
  expect(await read(4)).toEqual(['four', 'one', 'three', 'two'])

  const list = ['-L', '-m', '5']
  const [writers, nobodys, ...strangers] = await Promise.all([
    outcome((await client('writer', 'wrong')).topics()),
    outcome((await client('nobody', 'wrong')).topics()),
    kcat([...(await kcatArguments(cluster, weir.home, 'SSL')), ...list]),
    kcat([...(await kcatArguments(cluster, weir.home, 'PLAINTEXT')), ...list]),
  ])
  expect([writers, nobodys]).toEqual(['refused', 'refused'])
  expect(strangers.map(({ code }) => code)).not.toContain(0)
}

/** Nothing is left of the only cluster of its tenant, and its name and quota are free again. */
export async function expectGone(weir: WeirProcess, api: TenantApi, { id, name, topology }: Cluster): Promise<void> {
  expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
  expect(await leftovers(weir.home)).toEqual([])
  expect((await api.call('GET', `/v1/clusters/${id}`)).status).toBe(404)
  const { body } = await api.call('GET', '/v1/quotas')
  expect(JSON.stringify(body)).not.toMatch(/"used":[1-9]/)
  const again = { name, topology, brokers: { count: 3, volumeGiB: 1 } }
  expect((await api.call('POST', '/v1/clusters?validateOnly=true', again)).status).toBe(200)
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    () => 'refused',
  )

function clientOf(weir: WeirProcess, cluster: Cluster, name: string, password: string): Promise<TenantClient> {
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
