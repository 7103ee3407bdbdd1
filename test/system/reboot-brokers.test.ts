import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { configTests } from '../weir/config-tests.ts'
import { hostViews } from '../weir/host-view.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { leftovers, type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string

const POLL_MILLISECONDS = 100

beforeAll(async () => {
  weir = await weirProcess('127.46')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const topics = [
    { name: 'stream' },
    { name: 'public' },
    { name: 'single', partitions: 1, replicationFactor: 1, config: { 'min.insync.replicas': '1' } },
  ]
  const network = { access: 'public' as const }
  const brokers = { count: 3, volumeGiB: 1 }
  const created = await api.ended(
    (await api.create({ name: 'rolled', topology: 'combined', brokers, topics, network })).id,
  )
  expect(created.state).toBe('Succeeded')
  clusterId = created.target.id
})
afterAll(() => weir.dispose())

async function ask(path: string, order?: object): Promise<string> {
  const { status, body } = await api.call('POST', path, order)
  expect(status, JSON.stringify(body)).toBe(202)
  return String(Object(body).id)
}

async function until(operationId: string, is: (operation: Operation) => boolean): Promise<Operation> {
  for (;;) {
    const operation = await api.operation(operationId)
    if (is(operation)) return operation
    await pause(POLL_MILLISECONDS)
  }
}

const restarts = (operation: Operation) =>
  operation.steps.filter(({ name }) => name === 'enterRebooting').map(({ nodeId }) => nodeId)

/** Kafka itself said how each node stood right before its stop, and that it was back in every ISR and in the quorum after it. */
function expectEvidence({ steps }: Operation): void {
  const stops = steps.filter(({ name }) => name === 'restartKafka')
  expect(stops.map(({ isrBefore }) => isrBefore?.votersCaughtUp)).toEqual([3, 3, 3])
  for (const { isrBefore } of stops) expect(isrBefore?.inSyncPartitions).toBeGreaterThan(0)
  const returns = steps.filter(({ name, state }) => name === 'awaitInSync' && state === 'Succeeded')
  expect(returns).toHaveLength(3)
  for (const { isrAfter } of returns) {
    expect(isrAfter?.hostedPartitions).toBeGreaterThan(0)
    expect(isrAfter).toMatchObject({ inSyncPartitions: isrAfter?.hostedPartitions, voters: 3, votersCaughtUp: 3 })
  }
}

/** Every machine as it is now: its boot, its agent, its Kafka process, and what `df` says of its volume. */
async function machines() {
  const brokers = await api.brokers(clusterId)
  return Promise.all(
    (await hostViews(weir.home)).map(async ({ nodeId, bootId, kafka, totalBytes }) => ({
      generation: brokers.find((broker) => broker.nodeId === nodeId)?.generation,
      bootId: await bootId(),
      kafka: await kafka(),
      totalBytes: await totalBytes(),
    })),
  )
}

describe('a cluster with public access', () => {
  it('has one address for clients from outside, with a port for all brokers and one for each', async () => {
    const { connection } = await api.cluster(clusterId)
    const entry = expect.stringMatching(/^127\.46\.\d+\.254:9094$/)
    expect(connection?.publicBootstrapServers).toEqual([entry])
    expect(connection?.bootstrapServers.join()).not.toContain('.254')
    const host = connection?.publicBootstrapServers?.[0]?.split(':')[0]
    const endpoints = (await api.brokers(clusterId)).map(({ publicEndpoint }) => publicEndpoint)
    expect(endpoints).toEqual([1, 2, 3].map((nodeId) => `${host}:${9200 + nodeId}`))
  })
})

describe('a restart of all brokers', () => {
  it('takes one after the other, pauses between two, survives SIGKILL, restarts none twice, and loses no acknowledged record', async () => {
    const check = await streamCheck(api, clusterId)
    const outside = await streamCheck(api, clusterId, 'outsider', 'public')
    await Promise.all([check.acknowledged(100), outside.acknowledged(100)])
    const operationId = await ask(`/v1/clusters/${clusterId}/actions/restart`)
    const begun = await until(operationId, ({ steps }) => steps.some(({ name }) => name === 'restartKafka'))
    expect(begun.warnings).toEqual([expect.stringContaining('single-0')])
    await ask(`/v1/operations/${operationId}/actions/pause`)
    const rests = await until(operationId, ({ state }) => state !== 'Running')
    expect(rests.state).toBe('Paused')
    expect(restarts(rests)).toHaveLength(1)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Rebooting' })
    const second = await api.call('POST', `/v1/clusters/${clusterId}/actions/restart`)
    expect(second.status).toBe(409)

    await ask(`/v1/operations/${operationId}/actions/resume`)
    await until(operationId, (operation) => restarts(operation).length === 2)
    await weir.kill()
    await weir.start()
    const ended = await api.ended(operationId)
    for (const report of [await check.stop(), await outside.stop()]) {
      expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })
    }
    expect(ended).toMatchObject({ state: 'Succeeded', attempt: 2, progress: { brokersDone: 3, brokersTotal: 3 } })
    expect(restarts(ended).toSorted()).toEqual([1, 2, 3])
    expect(ended.earlierAttempts).toMatchObject([{ attempt: 1, state: 'Paused' }])
    expectEvidence(ended)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
    const revisions = (await api.brokers(clusterId)).map(({ desiredRevision, observedRevision }) => [
      desiredRevision,
      observedRevision,
    ])
    expect(revisions).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ])
  })

  it('can be cancelled between two brokers, and the cluster serves on', async () => {
    const operationId = await ask(`/v1/clusters/${clusterId}/actions/restart`)
    await until(operationId, (operation) => restarts(operation).length === 1)
    await ask(`/v1/operations/${operationId}/actions/cancel`)
    const ended = await api.ended(operationId)
    expect(ended.state).toBe('Cancelled')
    expect(restarts(ended)).toHaveLength(1)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
  })

  it('reboots the machine of one broker exactly once where that is asked for, and loses no acknowledged record', async () => {
    const path = `/v1/clusters/${clusterId}/brokers/2/actions/restart`
    const planned = await api.call('POST', `${path}?validateOnly=true`, { mode: 'host' })
    expect(planned).toMatchObject({ status: 200, body: { restarts: 1, blockers: [] } })
    const before = await machines()
    const check = await streamCheck(api, clusterId, 'rebooting')
    await check.acknowledged(100)
    const ended = await api.ended(await ask(path, { mode: 'host' }))
    const report = await check.stop()
    expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ state: 'Succeeded', plan: planned.body })
    expect(ended.steps.map(({ name }) => name)).toContain('rebootHost')
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
    const after = await machines()
    // The agent begins a generation with each boot, so one more is one boot.
    const rebooted = { ...before[1], generation: Number(before[1]?.generation) + 1 }
    expect(after).toMatchObject([
      before[0] ?? {},
      { ...rebooted, bootId: expect.not.stringContaining(String(before[1]?.bootId)), kafka: expect.any(String) },
      before[2] ?? {},
    ])
    expect(after[1]?.kafka).not.toBe(before[1]?.kafka)
  })
})

configTests(() => ({ weir, api, clusterId }))

describe('another restart of all brokers', () => {
  it('gives way to a delete in its midst, which leaves nothing', async () => {
    const operationId = await ask(`/v1/clusters/${clusterId}/actions/restart`)
    await until(operationId, (operation) => operation.steps.some(({ name }) => name === 'restartKafka'))
    const removal = await api.ended((await api.remove(clusterId)).id)
    expect(removal, JSON.stringify(removal.error)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    const rolled = await api.operation(operationId)
    expect(rolled.state).toBe('Cancelled')
    expect(restarts(rolled)).toHaveLength(1)
    expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
    expect(await leftovers(weir.home)).toEqual([])
    expect((await api.call('GET', `/v1/clusters/${clusterId}`)).status).toBe(404)
  })
})
