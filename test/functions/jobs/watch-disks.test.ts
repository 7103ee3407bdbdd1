import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { endOperation } from '../../../shared/state/end-operation.ts'
import { activeCluster, itemsOf, textAt } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'
import { reported } from '../../api/host-fixtures.ts'
import { autoscaled, disksReported, duties } from '../../api/maintenance-fixtures.ts'

const MINUTE = 60_000

async function withCluster(
  diskAutoscaling: object | null = { emergencyAtPercent: 90, plannedAtPercent: 80, limitGiB: 200 },
) {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  if (diskAutoscaling) await autoscaled(h, clusterId, diskAutoscaling)
  const cluster = async () => Object((await h.get(`/v1/clusters/${clusterId}`)).body)
  const listed = async () => itemsOf(await h.get(`/v1/clusters/${clusterId}/maintenance`))
  const filled = async (...usedPercent: readonly number[]) => {
    await disksReported(h, clusterId, usedPercent)
    return duties(h)
  }
  return { h, clusterId, cluster, listed, filled, ...tenantsEvents(h, clusterId) }
}

function tenantsEvents(h: Harness, clusterId: string) {
  return {
    events: async (type: string) => {
      await h.projectEvents()
      const items = itemsOf(await h.get(`/v1/events?clusterId=${clusterId}&pageSize=200`))
      return items.filter((event) => event.type === `kafka.${type}.v1`).map(({ data }) => data)
    },
  }
}

async function ended(h: Harness, clusterId: string, state: 'Failed' | 'Succeeded'): Promise<void> {
  const operationId = textAt(await h.get(`/v1/clusters/${clusterId}`), 'activeOperationId')
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
    endOperation(draft, { state, cluster: 'Active' }),
  )
}

describe('a volume that fills up', () => {
  it('is told of at each threshold once, whether or not volumes grow by themselves', async () => {
    const { filled, events, listed } = await withCluster(null)
    for (const percent of [60, 71, 69, 72, 86, 84, 96, 97]) await filled(10, percent, 20)
    expect(await events('storage.threshold_crossed')).toMatchObject([
      { nodeId: 2, thresholdPercent: 70, volumeGiB: 100 },
      { nodeId: 2, thresholdPercent: 85 },
      { nodeId: 2, thresholdPercent: 95, usedGiB: expect.any(Number) },
    ])
    await filled(10, 20, 20)
    await filled(10, 75, 20)
    expect(await events('storage.threshold_crossed')).toHaveLength(4)
    expect(await listed()).toEqual([])
  })

  it('below the thresholds writes nothing', async () => {
    const { h, filled } = await withCluster()
    await filled(50, 60, 69)
    const before = await h.commits()
    for (let runs = 0; runs < 3; runs++) await duties(h)
    expect(await h.commits()).toBe(before)
  })

  it('at the planned threshold waits for the window, once, with the size that is enough', async () => {
    const { filled, listed, cluster } = await withCluster()
    for (let runs = 0; runs < 3; runs++) await filled(50, 81, 20)
    expect(await listed()).toMatchObject([
      {
        urgency: 'Planned',
        state: 'Scheduled',
        reason: 'The volume of broker 2 is 81 % full; the threshold is 80 %.',
        changes: [{ from: 100, to: 140 }],
        scheduledFor: '2026-11-22T03:00:00.000Z',
      },
    ])
    expect(await cluster()).toMatchObject({ status: 'Active', brokers: { volumeGiB: 100 } })
  })

  it('is not grown when it has room again before the window', async () => {
    const { filled, listed, events } = await withCluster()
    await filled(50, 81, 20)
    await filled(50, 76, 20)
    expect(await listed()).toMatchObject([{ state: 'Scheduled' }])
    await filled(50, 60, 20)
    expect(await listed()).toMatchObject([{ state: 'NotNeeded' }])
    expect(await events('maintenance.completed')).toMatchObject([{ outcome: 'NotNeeded' }])
  })

  it('at the emergency threshold is grown at once, also what was planned for the window and was put off', async () => {
    const { h, clusterId, filled, listed, cluster } = await withCluster()
    await filled(50, 81, 20)
    const [planned] = await listed()
    await h.post(`/v1/clusters/${clusterId}/maintenance/${planned?.id}/actions/postpone`)
    await filled(50, 91, 20)
    expect(await listed()).toMatchObject([
      { id: planned?.id, urgency: 'Emergency', state: 'Started', changes: [{ from: 100, to: 160 }] },
    ])
    expect(await cluster()).toMatchObject({ status: 'Extending', brokers: { volumeGiB: 160 } })
  })

  it('in an emergency waits for the operation that runs and is grown right after it', async () => {
    const { h, clusterId, filled, listed, cluster } = await withCluster()
    await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    await filled(50, 99, 20)
    expect(await cluster()).toMatchObject({ status: 'Rebooting' })
    expect(await listed()).toEqual([])
    await ended(h, clusterId, 'Succeeded')
    await duties(h)
    expect(await cluster()).toMatchObject({ status: 'Extending' })
  })

  it('waits until the fleet lets its volume be changed again', async () => {
    const { h, clusterId, filled, listed, cluster } = await withCluster()
    const changeableAt = new Date(h.clock.now() + 20 * MINUTE).toISOString()
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
      draft.setBroker(3, { volumeChangeableAt: changeableAt }),
    )
    await filled(50, 95, 20)
    expect(await listed()).toMatchObject([{ urgency: 'Emergency', state: 'Scheduled', scheduledFor: changeableAt }])
    await h.clock.advance(20 * MINUTE)
    await filled(50, 95, 20)
    expect(await cluster()).toMatchObject({ status: 'Extending' })
  })

  it('at the limit is not grown: that is told once, and shown until there is room or a higher limit', async () => {
    const { h, clusterId, filled, listed, cluster, events } = await withCluster({
      emergencyAtPercent: 90,
      limitGiB: 100,
    })
    for (let runs = 0; runs < 3; runs++) await filled(50, 95, 20)
    expect((await filled(50, 95, 20)).figures).toMatchObject({ DiskGrowthsHeld: 1 })
    expect(await listed()).toEqual([])
    expect(await events('storage.limit_reached')).toEqual([expect.objectContaining({ nodeId: 2, limitGiB: 100 })])
    expect((await cluster()).warnings).toMatchObject([{ code: 'DISK_LIMIT_REACHED' }])
    await autoscaled(h, clusterId, { limitGiB: 110 })
    await filled(50, 95, 20)
    expect(await cluster()).toMatchObject({ status: 'Extending', brokers: { volumeGiB: 110 }, warnings: [] })
  })

  it('after a growth that failed is grown again only after a pause, the longer the more there were', async () => {
    const { h, clusterId, filled, listed, cluster } = await withCluster()
    await filled(50, 95, 20)
    for (const pauseMinutes of [10, 20]) {
      await ended(h, clusterId, 'Failed')
      await filled(50, 95, 20)
      expect(await cluster()).toMatchObject({ status: 'Active' })
      expect((await listed())[0]).toMatchObject({ urgency: 'Emergency', state: 'Scheduled' })
      await h.clock.advance(pauseMinutes * MINUTE - 1)
      await filled(50, 95, 20)
      expect(await cluster()).toMatchObject({ status: 'Active' })
      await h.clock.advance(1)
      await filled(50, 95, 20)
      expect(await cluster()).toMatchObject({ status: 'Extending' })
    }
    expect((await listed()).map(({ state }) => state)).toEqual(['Started', 'Failed', 'Failed'])
  })

  it.each([
    ['that its host told of long ago', { totalBytes: 1000 * 1024 ** 3, usedBytes: 990 * 1024 ** 3 }, 11],
    ['from before it grew', { totalBytes: 50 * 1024 ** 3, usedBytes: 49 * 1024 ** 3 }, 0],
    ['of the disk below a plain directory', { fileSystem: 'directory' as const, totalBytes: 1e15, usedBytes: 1e15 }, 0],
  ])('is not judged by a use %s', async (_, volume, minutesLater) => {
    const { h, clusterId, listed, events } = await withCluster()
    await reported(h, clusterId, 2, { volume: { state: 'Mounted', ...volume } })
    await h.clock.advance(minutesLater * MINUTE)
    await duties(h)
    expect(await listed()).toEqual([])
    expect(await events('storage.threshold_crossed')).toEqual([])
  })
})

describe('ordering that volumes grow by themselves', () => {
  it.each([
    [{ plannedAtPercent: 90, emergencyAtPercent: 90, limitGiB: 200 }, '/diskAutoscaling/emergencyAtPercent'],
    [{ plannedAtPercent: 80, limitGiB: 99 }, '/diskAutoscaling/limitGiB'],
    [{ limitGiB: 200 }, '/diskAutoscaling'],
    [{ plannedAtPercent: 80 }, '/diskAutoscaling/limitGiB'],
    [{ plannedAtPercent: 99, limitGiB: 200 }, '/diskAutoscaling/plannedAtPercent'],
    [{ plannedAtPercent: 80, limitGiB: 20_000 }, '/diskAutoscaling/limitGiB'],
  ])('%j is refused at %s', async (diskAutoscaling, pointer) => {
    const { h, clusterId } = await withCluster(null)
    const answer = await autoscaled(h, clusterId, diskAutoscaling)
    expect(answer.status).toBe(422)
    expect(Object(answer.body).errors).toMatchObject([{ pointer }])
  })

  it('takes effect at once, keeps what is not named, and is taken back by null', async () => {
    const { h, clusterId, cluster } = await withCluster()
    await autoscaled(h, clusterId, { plannedAtPercent: null, limitGiB: 300 })
    expect((await cluster()).diskAutoscaling).toEqual({ emergencyAtPercent: 90, limitGiB: 300 })
    expect((await autoscaled(h, clusterId, null)).status).toBe(200)
    expect(await cluster()).not.toHaveProperty('diskAutoscaling')
  })

  it('takes back what was planned when it is taken back', async () => {
    const { h, clusterId, filled, listed } = await withCluster()
    await filled(50, 81, 20)
    await autoscaled(h, clusterId, null)
    await duties(h)
    expect(await listed()).toMatchObject([{ state: 'NotNeeded' }])
  })
})
