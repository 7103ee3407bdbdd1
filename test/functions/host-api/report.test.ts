import { describe, expect, it } from 'vitest'
import { report } from '../../../functions/host-api/report.ts'
import { HEARS_AT_ONCE_SECONDS, HEARS_WITHIN_SECONDS } from '../../../shared/host-protocol/polling.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadHost } from '../../../shared/state/load.ts'
import { activeCluster, itemsOf } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'
import { aReport, idleWorkflows, reported } from '../../api/host-fixtures.ts'

const DOWN = { process: { state: 'BackingOff', exitCount: 1 } } as const

async function served(): Promise<{ h: Harness; clusterId: string; operationId: string }> {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
  const { body } = await h.post(`/v1/clusters/${clusterId}/actions/restart`)
  return { h, clusterId, operationId: String(Object(body).id) }
}

async function calm(): Promise<{ h: Harness; clusterId: string }> {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
  return { h, clusterId }
}

const cluster = async (h: Harness, clusterId: string) => (await h.get(`/v1/clusters/${clusterId}`)).body
const broker = async (h: Harness, clusterId: string, nodeId: number) =>
  (await h.get(`/v1/clusters/${clusterId}/brokers/${nodeId}`)).body

async function healthEvents(h: Harness): Promise<readonly unknown[]> {
  await h.projectEvents()
  const events = itemsOf(await h.get('/v1/events'))
  return events.filter(({ type }) => String(type).includes('health_changed')).map(({ type, data }) => [type, data])
}

it('leaves with the host how soon it hears of a wish while its cluster rests', async () => {
  const { h, clusterId } = await calm()
  const hears = async () => (await loadHost(h.store, 'acme', clusterId, 2))?.record.hearsWithinSeconds
  expect(await hears()).toBe(HEARS_WITHIN_SECONDS)
  const host = { tenantId: 'acme', clusterId, nodeId: 2, instanceId: 'i_2' }
  await report({ ...h.ports, workflows: idleWorkflows() }, host, aReport(), { waitsWhileIdle: true })
  expect(await hears()).toBe(HEARS_AT_ONCE_SECONDS)
})

describe('a broker that should be serving', () => {
  it('is Unavailable and its cluster Degraded as soon as its host says that Kafka is down, with one event each', async () => {
    const { h, clusterId } = await calm()
    const before = (await healthEvents(h)).length
    await reported(h, clusterId, 2, DOWN)
    expect(await broker(h, clusterId, 2)).toMatchObject({
      status: 'Active',
      health: 'Unavailable',
      statusReason: 'Kafka is BackingOff on this host.',
    })
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Active', health: 'Degraded' })
    expect((await healthEvents(h)).slice(before)).toEqual([
      [
        'kafka.broker.health_changed.v1',
        expect.objectContaining({ nodeId: 2, from: 'Healthy', to: 'Unavailable', reason: expect.any(String) }),
      ],
      ['kafka.cluster.health_changed.v1', expect.objectContaining({ from: 'Healthy', to: 'Degraded' })],
    ])
  })

  it('is Healthy again without a reason when Kafka runs again', async () => {
    const { h, clusterId } = await calm()
    await reported(h, clusterId, 2, DOWN)
    await reported(h, clusterId, 2)
    expect(await broker(h, clusterId, 2)).toMatchObject({ health: 'Healthy' })
    expect(await broker(h, clusterId, 2)).not.toHaveProperty('statusReason')
    expect(await cluster(h, clusterId)).toMatchObject({ health: 'Healthy' })
  })

  it('makes its cluster Unavailable when it was the last that served', async () => {
    const { h, clusterId } = await calm()
    for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId, DOWN)
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Active', health: 'Unavailable' })
  })

  it("gives Kafka's own error lines as the reason of a crash loop", async () => {
    const { h, clusterId } = await calm()
    const detail = 'Kafka ended 5 times without serving, last with 1\nERROR Disk error while locking directory'
    await reported(h, clusterId, 2, {
      process: { state: 'CrashLooping', exitCount: 5 },
      problem: { code: 'PROCESS_FAILED', detail, terminal: false },
    })
    expect(await broker(h, clusterId, 2)).toMatchObject({ statusReason: detail })
  })

  it('is remembered to have had a problem since it first said so, until it says another one or none', async () => {
    const { h, clusterId } = await calm()
    const since = async (code?: 'CERTIFICATE_FAILED' | 'RELEASE_MISSING') => {
      await h.clock.advance(8000)
      await reported(h, clusterId, 2, code && { problem: { code, detail: `the ${h.clock.now()}th`, terminal: false } })
      const said = (await loadHost(h.store, 'acme', clusterId, 2))?.record.problemSince
      return said && (h.clock.now() - Date.parse(said)) / 1000
    }
    expect(await since()).toBeUndefined()
    expect(await since('CERTIFICATE_FAILED')).toBe(0)
    expect(await since('CERTIFICATE_FAILED')).toBe(8)
    expect(await since('RELEASE_MISSING')).toBe(0)
    expect(await since()).toBeUndefined()
    expect(await since('RELEASE_MISSING')).toBe(0)
  })

  it('costs one write, of the host alone, for a report that says nothing new', async () => {
    const { h, clusterId } = await calm()
    await reported(h, clusterId, 2, DOWN)
    const before = await h.commits()
    await reported(h, clusterId, 2, DOWN)
    await reported(h, clusterId, 3)
    expect(await h.commits()).toBe(before + 2)
  })
})

describe('a broker that an operation is about', () => {
  it('is not judged while it is being restarted, and its neighbour is', async () => {
    const { h, clusterId, operationId } = await served()
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
      draft.enterBroker(1, 'Rebooting'),
    )
    await reported(h, clusterId, 1, { process: { state: 'Stopping', exitCount: 0 } })
    expect(await broker(h, clusterId, 1)).toMatchObject({ status: 'Rebooting', health: 'Healthy' })
    expect(await cluster(h, clusterId)).toMatchObject({ health: 'Healthy' })
    await reported(h, clusterId, 2, DOWN)
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Rebooting', health: 'Degraded' })
  })
})
