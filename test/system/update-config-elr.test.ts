import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { hostViews } from '../weir/host-view.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string

beforeAll(async () => {
  weir = await weirProcess('127.50')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const order = {
    name: 'elr',
    kafkaVersion: '4.3.1',
    topology: 'combined',
    brokers: { count: 3, volumeGiB: 1 },
  } as const
  const created = await api.ended((await api.create(order)).id)
  expect(created.state).toBe('Succeeded')
  clusterId = created.target.id
})
afterAll(() => weir.dispose())

async function configure(config: Readonly<Record<string, string | null>>): Promise<Operation> {
  const answer = await api.call('PATCH', `/v1/clusters/${clusterId}`, { config }, { 'if-match': '*' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return api.ended(Operation.parse(answer.body).id)
}

const processes = async () => Promise.all((await hostViews(weir.home)).map((host) => host.kafka()))

describe('a cluster that keeps min.insync.replicas as a dynamic default which cannot be deleted', () => {
  it('takes it and gives it its default again without a restart, and numbers of threads step by step both ways', async () => {
    const before = await processes()
    const set = await configure({ 'min.insync.replicas': '1', 'num.io.threads': '20' })
    expect(set, JSON.stringify(set.error)).toMatchObject({ state: 'Succeeded', plan: { restarts: 0 } })
    const unset = await configure({ 'min.insync.replicas': null, 'num.io.threads': null })
    expect(unset, JSON.stringify(unset.error)).toMatchObject({ state: 'Succeeded', plan: { restarts: 0 } })
    expect(await processes()).toEqual(before)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy', config: {} })
  })
})
