import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { StreamAccess } from '../../local/check-stream/kafka/connection.ts'
import { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import { fillAs } from '../kafka/scram-client.ts'
import { type Answer, type TenantApi, tenantApi } from '../weir/api.ts'
import { hostViews } from '../weir/host-view.ts'
import { type KafkaBeside, kafkaBeside } from '../weir/kafka-view.ts'
import { overridesOf } from '../weir/metadata-log.ts'
import { streamAccess } from '../weir/stream-access.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { topicView } from '../weir/topic-view.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

const CONTROLLERS = [1, 2, 3]
const BROKERS = [101, 102, 103]
const NEW = 104
const POLL_MILLISECONDS = 100
const HEAVY_MEGABYTES = 120
const CORDON = 'cordoned.log.dirs'

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
        kafkaVersion: '4.3.1',
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

/** Asks for so many brokers, as a tenant who has just looked at the cluster; `leaving` names those that go. */
async function scale(count: number, tenant = api, path = '', leaving?: readonly number[]): Promise<Answer> {
  const { headers } = await api.call('GET', `/v1/clusters/${clusterId}`)
  return tenant.call(
    path === '' ? 'PATCH' : 'POST',
    `/v1/clusters/${clusterId}${path}`,
    { brokers: { count, ...(leaving && { removeNodeIds: leaving }) } },
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

describe('a cluster that gives a broker back', () => {
  let beside: KafkaBeside
  const ids = async () =>
    (await api.brokers(clusterId)).flatMap(({ nodeId, roles }) => (roles.includes('broker') ? nodeId : []))
  const held = async (nodeId: number) =>
    (await beside.kafka.topics(beside.target)).flatMap(({ name, partitions }) =>
      partitions.flatMap(({ partition, replicas }) => (replicas.includes(nodeId) ? `${name}-${partition}` : [])),
    )
  const leftInKafka = async () => ({
    moving: await beside.kafka.reassignments(beside.target),
    topics: await beside.kafka.topicsWithThrottles(beside.target),
    brokers: await beside.kafka.brokersWithThrottles(beside.target),
  })
  const NOTHING = { moving: [], topics: [], brokers: [] }

  beforeAll(async () => {
    beside = await kafkaBeside(weir.home, 'acme', clusterId)
    const { kafka, target } = beside
    // Copying it takes seconds, so that there is time to ask something meanwhile.
    const assignment = [0, 1].map(() => [NEW, 101, 102])
    await kafka.createTopic(target, { name: 'heavy', partitions: 2, replicationFactor: 3, config: {}, assignment })
    const { bootstrapServers, caCertificatePem, user, password } = access
    const filler = { clientListeners: bootstrapServers, caPem: caCertificatePem, user, password }
    for (const partition of [0, 1]) await fillAs(filler, 'heavy', partition, HEAVY_MEGABYTES)
  })

  it('is refused while a topic has more replicas than brokers would stay, and says which', async () => {
    await beside.kafka.createTopic(beside.target, { name: 'wide', partitions: 1, replicationFactor: 4, config: {} })
    const plan = Plan.parse((await scale(3, api, '/plans')).body)
    expect(plan.blockers).toMatchObject([{ code: 'REPLICAS_WOULD_NOT_FIT', detail: expect.stringContaining('wide') }])
    const refused = await scale(3)
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'REPLICAS_WOULD_NOT_FIT' }])
    await beside.kafka.deleteTopic(beside.target, 'wide')
    expect((await scale(3, api, '', [NEW, 103])).status).toBe(422)
    expect((await scale(3, tenantApi(weir, 'zeta'))).status).toBe(404)
  })

  it('that is cancelled while it is emptied serves with it as before, and nothing is left of it in Kafka', async () => {
    const plan = Plan.parse((await scale(3, api, '/plans')).body)
    expect(plan).toMatchObject({ operation: 'shrinkBrokers', restarts: 0, blockers: [] })
    expect(plan.phases).toMatchObject([{ kind: 'shrinkBrokers', nodes: [NEW] }])
    expect(plan.phases[0]?.moves?.bytes).toBeGreaterThan(HEAVY_MEGABYTES * 2_000_000)
    const { id } = Operation.parse((await scale(3)).body)
    await until(
      id,
      ({ steps, finishedAt }) => finishedAt !== undefined || steps.some(({ name }) => name === 'advanceMoves'),
    )
    const during = await api.cluster(clusterId)
    expect(during).toMatchObject({ status: 'Shrinking', brokers: { count: 3 } })
    expect(during.connection?.bootstrapServers).toHaveLength(3)
    const made = await api.call('POST', `/v1/clusters/${clusterId}/topics`, { name: 'meanwhile', partitions: 6 })
    expect(made.status).toBe(201)
    expect((await held(NEW)).filter((name) => name.startsWith('meanwhile-'))).toEqual([])
    await api.call('POST', `/v1/operations/${id}/actions/cancel`)
    const ended = await api.ended(id)
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'shrinkBrokers', state: 'Cancelled' })
    expect(ended.steps.map(({ name }) => name)).not.toContain('stopBroker')
    const cluster = await api.cluster(clusterId)
    expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', brokers: { count: 4 } })
    expect(cluster.connection?.bootstrapServers).toHaveLength(4)
    expect(await ids()).toEqual([...BROKERS, NEW])
    await expect.poll(leftInKafka, { timeout: 10_000 }).toEqual(NOTHING)
    expect((await beside.kafka.brokerFacts(beside.target, NEW)).settings.get(CORDON)).not.toHaveProperty('override')
  })

  it('empties it, survives SIGKILL, takes it away without a trace or a touch of the others, and loses no acknowledged record', async () => {
    const others = [...CONTROLLERS, ...BROKERS]
    const before = await machines(others)
    // Kafka would keep it for whoever had this id later, like the one that keeps the broker empty.
    await beside.kafka.overrideOnBroker(beside.target, NEW, { 'log.retention.ms': '86400000' })
    const check = await streamCheck(api, clusterId, 'shrinking')
    await check.acknowledged(100)
    const { id } = Operation.parse((await scale(3)).body)
    await until(
      id,
      ({ steps, finishedAt }) => finishedAt !== undefined || steps.some(({ name }) => name === 'judgeDrained'),
    )
    await weir.kill()
    // Kafka itself places this one, and nobody could move it off again meanwhile.
    const topic = { name: 'unasked', partitions: 6, replicationFactor: 3, config: {} }
    await beside.kafka.createTopic(beside.target, topic)
    expect((await held(NEW)).filter((name) => name.startsWith('unasked-'))).toEqual([])
    await weir.start()
    const ended = await api.ended(id)
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'shrinkBrokers', state: 'Succeeded' })
    await check.acknowledged(100)
    const report = await check.stop()
    expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })

    expect(ended.progress).toMatchObject({ brokersDone: 1, brokersTotal: 1 })
    expect(await machines(others)).toEqual(before)
    const cluster = await api.cluster(clusterId)
    expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', brokers: { count: 3 } })
    expect(await ids()).toEqual(BROKERS)
    expect((await api.call('GET', `/v1/clusters/${clusterId}/brokers/${NEW}`)).status).toBe(404)
    const { brokers } = await seenBy(101)
    expect(brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual(BROKERS)
    expect(await held(NEW)).toEqual([])
    await expect.poll(leftInKafka, { timeout: 10_000 }).toEqual(NOTHING)
    const registered = BROKERS.map((nodeId) => ({ nodeId, fenced: false }))
    expect(await beside.kafka.registeredBrokers(beside.target)).toEqual(registered)
    const [controller] = await hostViews(weir.home)
    const written = overridesOf(NEW, (await controller?.metadataLog('4.3.1')) ?? [])
    expect([...written.keys()]).toEqual(expect.arrayContaining([CORDON, 'log.retention.ms']))
    expect(new Set(written.values())).toEqual(new Set([null]))
    expect(await weir.hosts()).toMatchObject({ folders: 6, poweredOn: 6, volumes: 6 })
    const events = await api.call('GET', `/v1/events?type=kafka.broker.state_changed.v1&clusterId=${clusterId}`)
    const passed = z
      .object({
        items: z.array(z.object({ data: z.object({ nodeId: z.int(), from: z.string().optional(), to: z.string() }) })),
      })
      .parse(events.body)
      .items.filter(({ data }) => data.nodeId === NEW)
      .map(({ data }) => data.to)
    expect(passed.slice(-3)).toEqual(['Draining', 'Deleting', 'Deleted'])
  })
})
