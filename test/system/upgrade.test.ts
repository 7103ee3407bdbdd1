import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import type { StreamCheck } from '../../local/check-stream/check.ts'
import { type KafkaVersion, levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import type { ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { type HostView, hostViews } from '../weir/host-view.ts'
import { nodeLevels } from '../weir/node-levels.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi

beforeAll(async () => {
  weir = await weirProcess('127.65')
  await weir.start()
  api = tenantApi(weir, 'acme')
})
afterAll(() => weir.dispose())

async function created(spec: Pick<ClusterSpecInput, 'name' | 'topology' | 'availabilityZones'>): Promise<string> {
  const order = { ...spec, brokers: { count: 3, volumeGiB: 1 }, topics: [{ name: 'stream' }] }
  const ended = await api.ended((await api.create(order)).id)
  expect(ended.state, JSON.stringify(ended.error)).toBe('Succeeded')
  return ended.target.id
}

async function ordered(clusterId: string, kafkaVersion: string): Promise<Operation> {
  const answer = await api.call('PATCH', `/v1/clusters/${clusterId}`, { kafkaVersion }, { 'if-match': '*' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return Operation.parse(answer.body)
}

async function upgraded(clusterId: string, kafkaVersion: string): Promise<Operation> {
  const ended = await api.ended((await ordered(clusterId, kafkaVersion)).id)
  expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'upgradeKafka', state: 'Succeeded' })
  return ended
}

const control = async (operationId: string, action: string) => {
  const answer = await api.call('POST', `/v1/operations/${operationId}/actions/${action}`)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

const planned = async (clusterId: string, kafkaVersion: string): Promise<Plan> =>
  Plan.parse((await api.call('POST', `/v1/clusters/${clusterId}/plans`, { kafkaVersion })).body)

/** The nodes that were started from another release, in the order in which that was done. */
const rolled = ({ steps }: Operation) =>
  steps
    .filter(({ name }) => name === 'upgradeNode')
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map(({ nodeId }) => nodeId)

const running = async (clusterId: string) => {
  const { kafkaVersion, runningKafkaVersions = [] } = await api.cluster(clusterId)
  return { ordered: kafkaVersion, running: runningKafkaVersions.map(({ version, nodes }) => `${version}: ${nodes}`) }
}

const processes = async () => Promise.all((await hostViews(weir.home)).map((host) => host.kafka()))

/** Takes from a release, on some hosts only, what Kafka needs to start but not to check a configuration. */
async function broken(hosts: readonly HostView[], version: '4.3.1'): Promise<() => Promise<void>> {
  const folder = await fetchKafka(version)
  const [jar] = (await readdir(folder)).filter((name) => name.startsWith('metrics-core-2.'))
  const file = join(folder, jar ?? '')
  for (const host of hosts) await host.takeAway(file)
  return async () => {
    for (const host of hosts) await host.giveBack(file)
  }
}

describe('another release on a cluster of three combined nodes, under load', () => {
  let clusterId: string
  let check: StreamCheck
  let failed: Operation
  let mended: () => Promise<void>

  it('that does not start is taken back on the one node that got it, with the reason in its own words', async () => {
    clusterId = await created({ name: 'rolled', topology: 'combined' })
    check = await streamCheck(api, clusterId)
    await check.acknowledged(100)
    const before = await processes()
    mended = await broken(await hostViews(weir.home), '4.3.1')
    failed = await api.ended((await ordered(clusterId, '4.3.1')).id)
    expect(failed).toMatchObject({ state: 'Failed', error: { code: 'BROKER_PROCESS_FAILED', step: 'upgradeNode' } })
    expect(failed.error?.detail).toMatch(/No node runs Kafka 4\.3\.1\. The operation can be resumed\.$/)
    expect(`${failed.error?.detail} ${failed.error?.logLines?.join()}`).toContain('com/yammer/metrics')
    expect(rolled(failed)).toHaveLength(1)
    await check.acknowledged(50)
    const after = await processes()
    expect(after).not.toContain(undefined)
    expect(after.filter((process) => before.includes(process))).toHaveLength(2)
    expect(await running(clusterId)).toEqual({ ordered: '3.7.1', running: ['3.7.1: 1,2,3'] })
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
  })

  it('goes on where it was when it is resumed, and rests between two nodes for all to see', async () => {
    await mended()
    await control(failed.id, 'resume')
    const statuses = async () => (await api.brokers(clusterId)).map(({ status }) => status)
    await expect.poll(statuses, { timeout: 60_000 }).toContain('Upgrading')
    await control(failed.id, 'cancel')
    expect(await api.ended(failed.id)).toMatchObject({ state: 'Cancelled', attempt: 2 })
    const [old, ...news] = (await running(clusterId)).running
    expect([old, news]).toEqual([expect.stringMatching(/^3\.7\.1: \d,\d$/), [expect.stringMatching(/^4\.3\.1: \d$/)]])
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', kafkaVersion: '4.3.1' })
    expect(rolled(await upgraded(clusterId, '4.3.1'))).toHaveLength(2)
    expect(await running(clusterId)).toEqual({ ordered: '4.3.1', running: ['4.3.1: 1,2,3'] })
  })

  it('goes all the way back while nothing is finalised, then up again, is finalised for good without a restart, twice, and loses no acknowledged record', async () => {
    for (const version of ['3.9.2', '4.3.1'] as const) {
      const { featureLevels } = await api.cluster(clusterId)
      await rollsAlone(version)
      expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', featureLevels })
      await isFinalised(version)
      await check.acknowledged(50)
    }
    expect(await check.stop()).toMatchObject({ held: true, lost: 0 })
    expect(await api.cluster(clusterId)).toMatchObject({ drift: [], warnings: [] })
    await api.ended((await api.remove(clusterId)).id)

    async function rollsAlone(version: KafkaVersion): Promise<void> {
      const before = await processes()
      expect(await planned(clusterId, version)).toMatchObject({ restarts: 3, blockers: [] })
      expect(rolled(await upgraded(clusterId, version)).toSorted()).toEqual([1, 2, 3])
      expect((await processes()).filter((process) => before.includes(process))).toEqual([])
      expect(await running(clusterId)).toEqual({ ordered: version, running: [`${version}: 1,2,3`] })
      expect((await api.cluster(clusterId)).warnings.map(({ code }) => code)).toContain('UPGRADE_NOT_FINALISED')
    }

    /** The cluster gets the levels of its release; every listener of every node is asked what it works at then. */
    async function isFinalised(version: KafkaVersion): Promise<void> {
      const before = await processes()
      const finalise = () => api.call('POST', `/v1/clusters/${clusterId}/actions/finalise-upgrade`)
      const ended = await api.ended(Operation.parse((await finalise()).body).id)
      expect(ended, JSON.stringify(ended.error)).toMatchObject({ type: 'finaliseUpgrade', state: 'Succeeded' })
      const levels = levelsOfRelease(version)
      expect(await nodeLevels(weir, api, clusterId)).toEqual([levels, levels, levels, levels, levels, levels])
      expect((await api.cluster(clusterId)).featureLevels).toEqual(levels)
      expect(await processes()).toEqual(before)
      const { blockers } = await planned(clusterId, '3.7.1')
      expect(blockers.map(({ code }) => code)).toEqual(['UPGRADE_NOT_ALLOWED'])
      expect(await finalise()).toMatchObject({ status: 200, body: { changes: [] } })
    }
  })
})

it('comes to controllers first and then to brokers, release by release, and loses no acknowledged record', async () => {
  const clusterId = await created({ name: 'apart', topology: 'dedicated', availabilityZones: ['az-1'] })
  const check = await streamCheck(api, clusterId)
  await check.acknowledged(100)
  const roles = new Map((await api.brokers(clusterId)).map((node) => [node.nodeId, node.roles.join()]))
  const inOrder = [...['controller', 'controller', 'controller'], ...['broker', 'broker', 'broker']]
  for (const version of ['3.9.2', '4.3.1'] as const) {
    const order = rolled(await upgraded(clusterId, version))
    expect(order.map((nodeId) => roles.get(nodeId ?? 0))).toEqual(inOrder)
    await check.acknowledged(50)
    expect((await running(clusterId)).running).toEqual([`${version}: ${[...roles.keys()].toSorted((a, b) => a - b)}`])
  }
  expect(await check.stop()).toMatchObject({ held: true, lost: 0 })
})
