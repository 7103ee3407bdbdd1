import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StreamCheck } from '../../local/check-stream/check.ts'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { expectClientsServed, expectGone, expectNew, ORDERS_TOPIC } from '../weir/cluster-life.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { leftovers, type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi
let clusterId: string
let cluster: Cluster
let check: StreamCheck
let before: Awaited<ReturnType<typeof identity>>

const POLL_MILLISECONDS = 100

/**
 * For a test that kills the control plane while it tells hosts to stop: one that is told only when the others have gone has nobody left
 * to ask and waits for Kafka's five minutes (`Duration.ofMinutes(5)` in `BrokerServer.shutdown`), in order and rarely.
 */
const WITH_A_STOP = { timeout: 480_000 }

beforeAll(async () => {
  weir = await weirProcess('127.67')
  await weir.start()
  api = tenantApi(weir, 'acme')
})
afterAll(() => weir.dispose())

async function ask(action: string): Promise<string> {
  const { status, body } = await api.call('POST', `/v1/clusters/${clusterId}/actions/${action}`)
  expect(status, JSON.stringify(body)).toBe(202)
  return String(Object(body).id)
}

/** Kills the control plane once a step has begun, starts it again, and waits for the end. */
async function endedThoughKilledAt(step: string, operationId: string): Promise<Operation> {
  while (!(await api.operation(operationId)).steps.some(({ name }) => name === step)) await pause(POLL_MILLISECONDS)
  await weir.kill()
  await weir.start()
  return api.ended(operationId)
}

/** What clients know of a cluster, and what it is on the volumes. */
async function identity() {
  const { connection, name, kafkaVersion } = await api.cluster(clusterId)
  const brokers = (await api.brokers(clusterId)).map(({ nodeId, roles, zone }) => ({ nodeId, roles, zone }))
  return { connection, name, kafkaVersion, brokers }
}

describe('a combined cluster of Kafka 3.9.2', () => {
  it('comes up with its topics, broker by broker in order, and is Healthy', async () => {
    const operation = await api.create({
      name: 'nightly',
      topology: 'combined',
      kafkaVersion: '3.9.2',
      brokers: { count: 3, volumeGiB: 1 },
      topics: [{ name: 'stream' }, ORDERS_TOPIC],
    })
    cluster = await expectNew(weir, api, await api.ended(operation.id), [1, 2, 3])
    clusterId = cluster.id
  })

  it('lets an independent client with a password write and read, and no one without', () =>
    expectClientsServed(weir, api, cluster))
})

describe('a cluster that is stopped and started', () => {
  it(
    'gives all processes back, also when the control plane is killed meanwhile, and keeps its volumes',
    WITH_A_STOP,
    async () => {
      before = await identity()
      check = await streamCheck(api, clusterId)
      await check.acknowledged(200)
      const ended = await endedThoughKilledAt('stopKafka', await ask('stop'))
      expect(ended, JSON.stringify(ended.error)).toMatchObject({
        type: 'stopCluster',
        state: 'Succeeded',
        progress: { brokersDone: 3, brokersTotal: 3 },
      })
      expect(ended.warnings.filter((warning) => warning.includes('switched off'))).toEqual([])
      expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 3 })
      expect(await leftovers(weir.home)).toEqual([])
      expect(await api.cluster(clusterId)).toMatchObject({
        status: 'Stopped',
        allowedActions: ['startCluster', 'deleteCluster'],
      })
      expect((await identity()).brokers).toEqual(before.brokers)
      const refused = await api.call('GET', `/v1/clusters/${clusterId}/topics`)
      expect(refused).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
    },
  )

  it('is the same cluster for the same client, which goes on writing to it', async () => {
    const ended = await endedThoughKilledAt('relaunchKafka', await ask('start'))
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'startCluster', state: 'Succeeded' })
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
    expect(await identity()).toEqual(before)
    await check.acknowledged(100)
  })

  it('can be restored with all its records when it was deleted and is kept', WITH_A_STOP, async () => {
    const patched = await api.call(
      'PATCH',
      `/v1/clusters/${clusterId}`,
      { deletion: { keepDays: 1 } },
      { 'if-match': '*' },
    )
    expect(patched.status, JSON.stringify(patched.body)).toBe(200)
    const removal = await api.ended((await api.remove(clusterId)).id)
    expect(removal, JSON.stringify(removal.error)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 3 })
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Deleted', restorableUntil: expect.any(String) })
    const ended = await endedThoughKilledAt('relaunchKafka', await ask('restore'))
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'restoreCluster', state: 'Succeeded' })
    expect(await identity()).toEqual(before)
    await check.acknowledged(100)
    const report = await check.stop()
    expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })
  })

  it('is gone without a trace with a delete that keeps nothing', async () => {
    const asked = await api.call('DELETE', `/v1/clusters/${clusterId}?now=true`, undefined, { 'if-match': '*' })
    const removal = await api.ended(String(Object(asked.body).id))
    expect(removal, JSON.stringify(removal.error)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    await expectGone(weir, api, cluster)
  })
})
