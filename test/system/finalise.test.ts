import { afterAll, beforeAll, expect, it } from 'vitest'
import { type KafkaVersion, levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { hostViews } from '../weir/host-view.ts'
import { nodeLevels } from '../weir/node-levels.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string

beforeAll(async () => {
  weir = await weirProcess('127.66')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const order = {
    name: 'final',
    topology: 'combined',
    brokers: { volumeGiB: 1 },
    topics: [{ name: 'stream' }],
  } as const
  const created = await api.ended((await api.create({ ...order, topics: [{ name: 'stream' }] })).id)
  expect(created.state, JSON.stringify(created.error)).toBe('Succeeded')
  clusterId = created.target.id
})
afterAll(() => weir.dispose())

const path = (action = 'actions/finalise-upgrade') => `/v1/clusters/${clusterId}/${action}`
const processes = async () => Promise.all((await hostViews(weir.home)).map((host) => host.kafka()))

async function succeeded(answer: { readonly status: number; readonly body: unknown }): Promise<Operation> {
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  const ended = await api.ended(Operation.parse(answer.body).id)
  expect(ended.state, JSON.stringify(ended.error)).toBe('Succeeded')
  return ended
}

const roll = async (kafkaVersion: KafkaVersion) =>
  succeeded(await api.call('PATCH', `/v1/clusters/${clusterId}`, { kafkaVersion }, { 'if-match': '*' }))
const wayBack = async (kafkaVersion: KafkaVersion) =>
  Plan.parse((await api.call('POST', path('plans'), { kafkaVersion })).body).blockers.map(({ code }) => code)

/** Gives the cluster the levels of its release, and asks every listener of every node what it works at then. */
async function finalise(release: KafkaVersion): Promise<void> {
  const before = await processes()
  const ended = await succeeded(await api.call('POST', path()))
  expect(ended.type).toBe('finaliseUpgrade')
  const levels = levelsOfRelease(release)
  expect(await nodeLevels(weir, api, clusterId)).toEqual([levels, levels, levels, levels, levels, levels])
  expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy', featureLevels: levels })
  expect(await processes()).toEqual(before)
}

it('an upgrade that is finalised turns on what each release brings and cannot be taken back, under load', async () => {
  const check = await streamCheck(api, clusterId)
  await check.acknowledged(100)
  for (const release of ['3.9.2', '4.3.1'] as const) {
    await roll(release)
    const { warnings } = await api.cluster(clusterId)
    expect(warnings.map(({ code }) => code)).toContain('UPGRADE_NOT_FINALISED')
    await finalise(release)
    expect(await wayBack('3.7.1')).toEqual(['UPGRADE_NOT_ALLOWED'])
    const again = await api.call('POST', path())
    expect(again).toMatchObject({ status: 200, body: { changes: [] } })
    await check.acknowledged(50)
  }
  expect(await check.stop()).toMatchObject({ held: true, lost: 0 })
  expect(await api.cluster(clusterId)).toMatchObject({ drift: [], warnings: [] })
})
