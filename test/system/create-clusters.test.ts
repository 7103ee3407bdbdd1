import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../shared/contract/cluster.ts'
import { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { expectClientsServed, expectGone, expectNew, ORDERS_TOPIC } from '../weir/cluster-life.ts'
import { hostViews } from '../weir/host-view.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let cluster: Cluster

beforeAll(async () => {
  weir = await weirProcess('127.41')
  await weir.start()
  api = tenantApi(weir, 'acme')
})
afterAll(() => weir.dispose())

// The same of combined clusters of the older releases: kill-control-plane.test.ts (3.7.1), stop-start.test.ts (3.9.2).
describe.each([
  { topology: 'dedicated', kafkaVersion: '3.9.2', nodes: [1, 2, 3, 101, 102, 103] },
  { topology: 'combined', kafkaVersion: '4.3.1', nodes: [1, 2, 3] },
] as const)('a $topology cluster of Kafka $kafkaVersion', ({ topology, kafkaVersion, nodes }) => {
  it('comes up with its topics, broker by broker in order, and is Healthy', async () => {
    const operation = await api.create({
      name: `${topology}-${kafkaVersion.replaceAll('.', '-')}`,
      topology,
      kafkaVersion,
      brokers: { count: 3, volumeGiB: 1 },
      topics: [ORDERS_TOPIC],
    })
    cluster = await expectNew(weir, api, await api.ended(operation.id), nodes)
  })

  it('lets an independent client with a password write and read, and no one without', () =>
    expectClientsServed(weir, api, cluster))

  if (kafkaVersion === '4.3.1')
    it('keeps min.insync.replicas as a dynamic default, which gets its own default again without a restart, and numbers of threads step by step both ways', async () => {
      const before = await processes()
      const set = await configure({ 'min.insync.replicas': '1', 'num.io.threads': '20' })
      expect(set, JSON.stringify(set.error)).toMatchObject({ state: 'Succeeded', plan: { restarts: 0 } })
      const unset = await configure({ 'min.insync.replicas': null, 'num.io.threads': null })
      expect(unset, JSON.stringify(unset.error)).toMatchObject({ state: 'Succeeded', plan: { restarts: 0 } })
      expect(await processes()).toEqual(before)
      expect(await api.cluster(cluster.id)).toMatchObject({ status: 'Active', health: 'Healthy', config: {} })
    })

  it('is deleted without a trace, and its name and quota are free again', async () => {
    const ended = await api.ended((await api.remove(cluster.id)).id)
    expect(ended).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    await expectGone(weir, api, cluster)
  })
})

async function configure(config: Readonly<Record<string, string | null>>): Promise<Operation> {
  const answer = await api.call('PATCH', `/v1/clusters/${cluster.id}`, { config }, { 'if-match': '*' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return api.ended(Operation.parse(answer.body).id)
}

const processes = async () => Promise.all((await hostViews(weir.home)).map((host) => host.kafka()))
