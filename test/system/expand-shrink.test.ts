import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StreamAccess } from '../../local/check-stream/kafka/connection.ts'
import { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import { type Answer, type TenantApi, tenantApi } from '../weir/api.ts'
import { hostViews } from '../weir/host-view.ts'
import { streamAccess } from '../weir/stream-access.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { topicView } from '../weir/topic-view.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

const CONTROLLERS = [1, 2, 3]
const BROKERS = [101, 102, 103]
const NEW = 104
const POLL_MILLISECONDS = 100

let weir: WeirProcess
let api: TenantApi
let clusterId: string
let access: StreamAccess

beforeAll(async () => {
  weir = await weirProcess('127.63')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const created = await api.ended(
    (
      await api.create({
        name: 'scaled',
        topology: 'dedicated',
        availabilityZones: ['az-1'],
        brokers: { count: BROKERS.length, volumeGiB: 1 },
        topics: [{ name: 'stream', partitions: 8 }],
        network: { access: 'public' },
      })
    ).id,
  )
  expect(created.state, JSON.stringify(created.error)).toBe('Succeeded')
  clusterId = created.target.id
  access = await streamAccess(api, clusterId, 'observer')
})
afterAll(() => weir.dispose())

/** Asks for so many brokers, as a tenant who has just looked at the cluster. */
async function scale(count: number, tenant = api, path = ''): Promise<Answer> {
  const { headers } = await api.call('GET', `/v1/clusters/${clusterId}`)
  return tenant.call(
    path === '' ? 'PATCH' : 'POST',
    `/v1/clusters/${clusterId}${path}`,
    { brokers: { count } },
    {
      ...(path === '' && { 'if-match': headers.get('etag') ?? '' }),
      'content-type': 'application/merge-patch+json',
    },
  )
}

async function until(operationId: string, is: (operation: Operation) => boolean): Promise<Operation> {
  for (;;) {
    const operation = await api.operation(operationId)
    if (is(operation)) return operation
    await pause(POLL_MILLISECONDS)
  }
}

/** What nobody may have touched: the boot of each machine, its Kafka process, and what its host was told. */
async function machines(nodeIds: readonly number[]) {
  const brokers = await api.brokers(clusterId)
  const views = (await hostViews(weir.home)).filter(({ nodeId }) => nodeIds.includes(nodeId))
  return Promise.all(
    views.map(async ({ nodeId, bootId, kafka }) => ({
      nodeId,
      bootId: await bootId(),
      kafka: await kafka(),
      desiredRevision: brokers.find((broker) => broker.nodeId === nodeId)?.desiredRevision,
    })),
  )
}

/** The topic as the broker with this id tells a client of it. */
async function seenBy(nodeId: number) {
  const endpoint = (await api.brokers(clusterId)).find((broker) => broker.nodeId === nodeId)?.endpoint
  return topicView(access, endpoint ?? '', 'stream')
}

describe('a cluster that gets another broker', () => {
  it('shows beforehand who would join, that nobody restarts, and that replicas follow unless that is not wished', async () => {
    const plan = Plan.parse((await scale(4, api, '/plans')).body)
    expect(plan).toMatchObject({ operation: 'expandBrokers', restarts: 0, blockers: [] })
    expect(plan.phases.map(({ kind, nodes }) => [kind, nodes])).toEqual([
      ['expandBrokers', [NEW]],
      ['rebalanceCluster', []],
    ])
    const only = Plan.parse((await scale(4, api, '/plans?rebalance=false')).body)
    expect(only.phases.map(({ kind }) => kind)).toEqual(['expandBrokers'])
    expect(only.warnings.join()).toMatch(/moves nothing/)
  })

  it('is not there for another tenant', async () => {
    const other = tenantApi(weir, 'zeta')
    expect((await scale(4, other)).status).toBe(404)
    expect((await scale(4, other, '/plans')).status).toBe(404)
  })

  it('goes on without a touch of the old ones while the control plane dies, moves replicas to the new one, and loses no acknowledged record', async () => {
    const old = [...CONTROLLERS, ...BROKERS]
    const before = await machines(old)
    const check = await streamCheck(api, clusterId)
    await check.acknowledged(100)

    const answer = await scale(4)
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
    const { id } = Operation.parse(answer.body)
    await until(id, ({ steps }) => steps.some(({ name, nodeId }) => name === 'launchKafka' && nodeId === NEW))
    await weir.kill()
    await weir.start()

    const ended = await api.ended(id)
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'expandBrokers', state: 'Succeeded' })
    await check.acknowledged(100)
    const report = await check.stop()
    expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })

    expect(await machines(old)).toEqual(before)
    const cluster = await api.cluster(clusterId)
    expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', brokers: { count: 4 } })
    expect(cluster.connection?.bootstrapServers).toHaveLength(4)
    const joined = (await api.brokers(clusterId)).find(({ nodeId }) => nodeId === NEW)
    expect(joined).toMatchObject({ status: 'Active', health: 'Healthy', zone: 'az-1', roles: ['broker'] })
    expect(joined?.publicEndpoint).toMatch(/:9304$/)

    const { brokers, partitions } = await seenBy(NEW)
    expect(brokers.map(({ nodeId, rack }) => [nodeId, rack]).toSorted()).toEqual(
      [...BROKERS, NEW].map((nodeId) => [nodeId, 'az-1']),
    )
    expect(ended.steps).toContainEqual(expect.objectContaining({ name: 'verifyMoves', state: 'Succeeded' }))
    const holding = (nodeId: number) => partitions.filter(({ replicas }) => replicas.includes(nodeId)).length
    // 8 partitions with 3 replicas on 4 brokers: 6 each, give or take the one that a tenth allows.
    for (const nodeId of [...BROKERS, NEW]) expect([5, 6, 7]).toContain(holding(nodeId))
    expect(partitions.some(({ leader }) => leader === NEW)).toBe(true)
    for (const { replicas, isr } of partitions) expect(isr.toSorted()).toEqual(replicas.toSorted())
  })

  it('leads clients from outside to the new one by a port of its own', async () => {
    const outside = (await api.brokers(clusterId)).find(({ nodeId }) => nodeId === NEW)?.publicEndpoint
    const { partitions } = await topicView(access, outside ?? '', 'stream')
    expect(partitions).toHaveLength(8)
  })
})
