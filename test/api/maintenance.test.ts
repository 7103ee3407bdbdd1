import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { activeCluster, itemsOf, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'
import { duties, scheduledGrowth, volumeLimit, wantedGrowth } from './maintenance-fixtures.ts'

const HOUR = 3_600_000
/** The harness begins on Saturday, 21 November 2026, at 10:00. */
const [FIRST, SECOND, THIRD] = ['2026-11-22T03:00:00.000Z', '2026-11-29T03:00:00.000Z', '2026-12-06T03:00:00.000Z']

async function withGrowth() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const maintenanceId = await scheduledGrowth(h, clusterId)
  const path = `/v1/clusters/${clusterId}/maintenance`
  const actions = `${path}/${maintenanceId}/actions`
  const listed = async () => itemsOf(await h.get(path))
  const shown = async () => Object((await h.get(`/v1/clusters/${clusterId}`)).body).maintenance
  return { h, clusterId, maintenanceId, path, actions, listed, shown }
}

const until = (h: Harness, time: string) => h.clock.advance(Date.parse(time) - h.clock.now())

async function succeed(h: Harness, clusterId: string, operationId: string) {
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
    endOperation(draft, { state: 'Succeeded', cluster: 'Active' }),
  )
}

async function eventsOf(h: Harness, clusterId: string, of: string): Promise<readonly unknown[]> {
  await h.projectEvents()
  const items = itemsOf(await h.get(`/v1/events?clusterId=${clusterId}`))
  return items.filter(({ type }) => String(type).startsWith(of)).map(({ type }) => String(type).split('.')[2])
}

describe('a maintenance', () => {
  it('is shown with the cluster and in the list, with what may be asked of it', async () => {
    const { maintenanceId, listed, shown, clusterId } = await withGrowth()
    const expected = {
      id: maintenanceId,
      clusterId,
      state: 'Scheduled',
      urgency: 'Planned',
      changes: [{ pointer: '/brokers/volumeGiB', from: 100, to: 150 }],
      scheduledFor: FIRST,
      allowedActions: ['postpone', 'startNow'],
      postponedTimes: 0,
      missedWindows: 0,
    }
    expect(await shown()).toMatchObject([expected])
    expect(await listed()).toMatchObject([expected])
  })

  it('begins in its window and not before, is shown while it runs, and is in the history afterwards', async () => {
    const { h, clusterId, listed, shown, maintenanceId } = await withGrowth()
    // Nobody ordered that volumes grow by themselves: without this it would not be needed.
    await wantedGrowth(h, clusterId)
    await h.clock.advance(16 * HOUR)
    await duties(h)
    expect(await listed()).toMatchObject([{ state: 'Scheduled' }])
    await until(h, FIRST)
    await duties(h)
    const [begun] = await listed()
    expect(begun).toMatchObject({ state: 'Started', startedAt: FIRST, allowedActions: [] })
    const operationId = String(begun?.operationId)
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({
      type: 'extendVolumes',
      requestedBy: 'autoscaling',
    })
    await succeed(h, clusterId, operationId)
    expect(await shown()).toEqual([])
    expect(await listed()).toMatchObject([{ id: maintenanceId, state: 'Succeeded', operationId }])
    expect(await eventsOf(h, clusterId, 'kafka.maintenance')).toEqual(['scheduled', 'started', 'completed'])
  })

  it('waits for an operation that runs, and for the next window when this one has ended meanwhile', async () => {
    const { h, clusterId, listed } = await withGrowth()
    await wantedGrowth(h, clusterId)
    const restart = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
    await until(h, FIRST)
    await duties(h)
    await h.clock.advance(4 * HOUR - 1)
    await duties(h)
    expect(await listed()).toMatchObject([{ state: 'Scheduled', scheduledFor: FIRST, missedWindows: 0 }])
    await h.clock.advance(1)
    await succeed(h, clusterId, restart)
    const { figures } = await duties(h)
    expect(await listed()).toMatchObject([{ state: 'Scheduled', scheduledFor: SECOND, missedWindows: 1 }])
    expect(figures).toMatchObject({ MaintenanceMissed: 0 })
    expect((await duties(h)).figures).toMatchObject({ MaintenanceMissed: 1 })
    await until(h, SECOND)
    await duties(h)
    expect(await listed()).toMatchObject([{ state: 'Started' }])
  })

  it('moves with its window when that is ordered otherwise', async () => {
    const { h, clusterId, listed } = await withGrowth()
    await wantedGrowth(h, clusterId)
    const maintenanceWindow = { day: 'Sat', startTime: '23:30', durationHours: 1 }
    const patched = await h.call('PATCH', `/v1/clusters/${clusterId}`, {
      headers: { 'If-Match': '*' },
      body: { maintenanceWindow },
    })
    expect([patched.status, Object(patched.body).maintenanceWindow]).toEqual([200, maintenanceWindow])
    await duties(h)
    expect(await listed()).toMatchObject([{ scheduledFor: '2026-11-21T23:30:00.000Z' }])
  })

  it('is over when its cluster is deleted, also in the middle of it', async () => {
    const { h, clusterId, listed, shown, actions } = await withGrowth()
    await h.post(`${actions}/start-now`)
    expect((await h.delete(`/v1/clusters/${clusterId}`)).status).toBe(202)
    expect(await shown()).toEqual([])
    expect(await listed()).toMatchObject([{ state: 'Cancelled' }])
    expect(await eventsOf(h, clusterId, 'kafka.maintenance')).toEqual(['scheduled', 'started', 'completed'])
  })

  it('is held with the reason when its operation is refused, says so once, and begins when it no longer is', async () => {
    const { h, clusterId, listed } = await withGrowth()
    await wantedGrowth(h, clusterId)
    await volumeLimit(h, 300)
    await until(h, FIRST)
    for (let runs = 0; runs < 3; runs++) await duties(h)
    expect(await listed()).toMatchObject([{ state: 'Scheduled', held: { code: 'QUOTA_EXCEEDED', since: FIRST } }])
    expect((await duties(h)).figures).toMatchObject({ DiskGrowthsHeld: 1 })
    const { body } = await h.get(`/v1/clusters/${clusterId}`)
    expect(Object(body).warnings).toMatchObject([{ code: 'QUOTA_EXCEEDED' }])
    expect(await eventsOf(h, clusterId, 'kafka.maintenance')).toEqual(['scheduled', 'held'])
    await volumeLimit(h, 20_000)
    await duties(h)
    const [begun] = await listed()
    expect([begun?.state, begun?.held]).toEqual(['Started', undefined])
  })
})

describe('postponing a maintenance', () => {
  it('moves it by a window each time, three times, and then no more', async () => {
    const { h, actions, listed } = await withGrowth()
    const answer = await h.post(`${actions}/postpone`)
    expect([answer.status, Object(answer.body).scheduledFor]).toEqual([200, SECOND])
    await h.post(`${actions}/postpone`, {})
    expect(await listed()).toMatchObject([{ scheduledFor: THIRD, postponedTimes: 2 }])
    await h.post(`${actions}/postpone`)
    const refused = await h.post(`${actions}/postpone`)
    expect([refused.status, textAt(refused, 'code')]).toEqual([409, 'MAINTENANCE_NOT_POSTPONABLE'])
    expect(await listed()).toMatchObject([{ postponedTimes: 3, allowedActions: ['startNow'] }])
  })

  it('until a time moves it to the first window from then on, and neither back nor beyond the latest', async () => {
    const { h, actions, listed } = await withGrowth()
    const post = (time: string) => h.post(`${actions}/postpone`, { until: time })
    expect(textAt(await post('2026-11-22T05:00:00.000Z'), 'scheduledFor')).toBe('2026-11-22T05:00:00.000Z')
    expect(textAt(await post('2026-11-22T04:00:00.000Z'), 'code')).toBe('MAINTENANCE_NOT_POSTPONABLE')
    expect(textAt(await post('2026-12-20T00:00:00.000Z'), 'code')).toBe('MAINTENANCE_NOT_POSTPONABLE')
    expect(textAt(await post('2026-12-06T00:00:00.000Z'), 'scheduledFor')).toBe(THIRD)
    expect(await listed()).toMatchObject([{ postponedTimes: 2 }])
  })

  it('is done once for one key', async () => {
    const { h, actions, listed } = await withGrowth()
    const options = { headers: { 'Idempotency-Key': 'once' } }
    const [one, other] = [
      await h.post(`${actions}/postpone`, {}, options),
      await h.post(`${actions}/postpone`, {}, options),
    ]
    expect(other.body).toEqual(one.body)
    expect(await listed()).toMatchObject([{ postponedTimes: 1 }])
  })
})

describe('beginning a maintenance now', () => {
  it('orders its operation outside the window, as the one who asked', async () => {
    const { h, clusterId, actions, listed } = await withGrowth()
    const answer = await h.post(`${actions}/start-now`)
    expect([answer.status, answer.body]).toMatchObject([
      202,
      { type: 'extendVolumes', requestedBy: 'ana@example.test' },
    ])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      status: 'Extending',
      brokers: { volumeGiB: 150 },
    })
    expect(await listed()).toMatchObject([{ state: 'Started', operationId: textAt(answer, 'id') }])
    const again = await h.post(`${actions}/start-now`)
    expect([again.status, textAt(again, 'code')]).toEqual([409, 'MAINTENANCE_STARTED'])
    const late = await h.post(`${actions}/postpone`)
    expect(textAt(late, 'code')).toBe('MAINTENANCE_STARTED')
  })

  it('is refused while another operation runs', async () => {
    const { h, clusterId, actions } = await withGrowth()
    await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    expect(textAt(await h.post(`${actions}/start-now`), 'code')).toBe('OPERATION_IN_PROGRESS')
  })

  it('is refused for one that there is not', async () => {
    const { h, path } = await withGrowth()
    const answer = await h.post(`${path}/mnt_01JD8X3V9QWERTYZ0123456789/actions/start-now`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'MAINTENANCE_NOT_FOUND'])
  })
})
