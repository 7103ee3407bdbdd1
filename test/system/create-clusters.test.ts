import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Cluster } from '../../shared/contract/cluster.ts'
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
    expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', allowedActions: ['deleteCluster'] })
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
    const password = await user(cluster, 'writer', 'producer')
    const reader = await user(cluster, 'reader', 'consumer')
    const as = (protocol: 'SASL_SSL' | 'SSL' | 'PLAINTEXT', user?: string, password?: string) =>
      kcatArguments(cluster, weir.home, {
        protocol,
        ...(user !== undefined && { user }),
        ...(password !== undefined && { password }),
      })
    const words = ['one', 'two', 'three']
    const produce = ['-P', '-t', 'orders.placed', '-p', '0', '-X', 'acks=all', '-X', 'message.timeout.ms=15000']
    const consume = ['-C', '-t', 'orders.placed', '-p', '0', '-o', 'beginning', '-e', '-q']

    const written = await kcat([...(await as('SASL_SSL', 'writer', password)), ...produce], words.join('\n'))
    expect(written, written.stderr).toMatchObject({ code: 0 })
    const read = await kcat([...(await as('SASL_SSL', 'reader', reader)), ...consume])
    expect(read, read.stderr).toMatchObject({ code: 0, stdout: `${words.join('\n')}\n` })

    const list = ['-L', '-m', '5']
    const refused = [
      await kcat([...(await as('SASL_SSL', 'writer', 'wrong')), ...list]),
      await kcat([...(await as('SASL_SSL', 'nobody', password)), ...list]),
      await kcat([...(await as('SSL')), ...list]),
      await kcat([...(await as('PLAINTEXT')), ...list]),
    ]
    expect(refused.map(({ code }) => code)).not.toContain(0)
    const foreign = await kcat([...(await as('SASL_SSL', 'reader', reader)), ...produce], 'a consumer must not write')
    expect(foreign.code).not.toBe(0)
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
