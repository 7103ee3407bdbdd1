import { describe, expect, it } from 'vitest'
import { changeHost } from '../../shared/state/settle-host.ts'
import { recordStep } from '../../shared/state/step-record.ts'
import {
  aCluster,
  activeCluster,
  deletedAndKept,
  itemsOf,
  keptCluster,
  stoppedCluster,
  textAt,
  withVolumes,
} from './cluster-fixtures.ts'
import { harness } from './harness.ts'

async function active(keepDays = 7) {
  const h = harness()
  const { clusterId } = await activeCluster(h, { deletion: { keepDays } })
  return { h, clusterId, path: `/v1/clusters/${clusterId}` }
}

async function kept() {
  const cluster = await active()
  await keptCluster(cluster.h, cluster.clusterId)
  return cluster
}

describe('an order', () => {
  it('says for how many days a delete keeps the cluster: none unless it does, and thirty at most', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ deletion: { keepDays: 0 } })
    const refused = await h.post('/v1/clusters', aCluster({ name: 'long', deletion: { keepDays: 31 } }))
    expect([refused.status, textAt(refused, 'code')]).toEqual([422, 'INVALID_FIELD'])
  })

  it('can be changed at once, also of a cluster that is stopped', async () => {
    const { h, clusterId, path } = await active(0)
    await stoppedCluster(h, clusterId)
    const body = { deletion: { keepDays: 14 } }
    const answer = await h.call('PATCH', path, { body, headers: { 'If-Match': '*' } })
    expect(answer).toMatchObject({ status: 200, body })
  })
})

describe('a delete', () => {
  it('that keeps the cluster says so', async () => {
    const { h, clusterId, path } = await active()
    await withVolumes(h.ports, clusterId)
    const answer = await h.delete(path)
    expect(answer).toMatchObject({
      status: 202,
      body: { warnings: ['It can be restored for 7 days once it is deleted.'] },
    })
  })

  it('is refused where nothing whole could be kept, and accepted with now', async () => {
    const h = harness()
    const { clusterId: bare } = await activeCluster(h, { name: 'bare', deletion: { keepDays: 7 } })
    await withVolumes(h.ports, bare)
    await changeHost(h.ports, 'acme', bare, 2, ({ volumeId: _, ...host }) => host)
    const refused = await h.delete(`/v1/clusters/${bare}`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
    expect(textAt(refused, 'detail')).toContain('now=true')
    expect((await h.delete(`/v1/clusters/${bare}?now=true`)).status).toBe(202)
  })
})

describe('a cluster that was deleted and is kept', () => {
  it('was told of before its delete was told to be over, which counts the nodes that it has kept', async () => {
    const { h, clusterId, path } = await active()
    await withVolumes(h.ports, clusterId)
    const operationId = textAt(await h.delete(path), 'id')
    const step = { tenantId: 'acme', operationId, attempt: 1, name: 'finishStopped', nodeId: 1 }
    const was = { state: 'Succeeded', statusBefore: 'Deleting', statusAfter: 'Stopped' } as const
    await recordStep(h.ports, step, was, true)
    await deletedAndKept(h.ports, clusterId, operationId)
    const { body } = await h.get(`/v1/operations/${operationId}`)
    expect(body).toMatchObject({ state: 'Succeeded', progress: { brokersDone: 1, brokersTotal: 3 } })
    await h.projectEvents()
    const types = itemsOf(await h.get('/v1/events?pageSize=200')).map(({ type }) => type)
    expect(types.slice(-1)).toEqual(['kafka.operation.succeeded.v1'])
    expect(types).toContain('kafka.cluster.kept.v1')
  })

  it('is shown with the end of its days, and listed for those who ask for what was deleted', async () => {
    const { h, clusterId, path } = await kept()
    expect((await h.get(path)).body).toMatchObject({
      status: 'Deleted',
      restorableUntil: expect.any(String),
      allowedActions: ['restoreCluster', 'deleteCluster'],
    })
    expect(itemsOf(await h.get('/v1/clusters'))).toEqual([])
    expect(itemsOf(await h.get('/v1/clusters?status=Deleted')).map(({ id }) => id)).toEqual([clusterId])
  })

  it('holds its name, and says so to whoever wants it', async () => {
    const { h, clusterId } = await kept()
    const refused = await h.post('/v1/clusters', aCluster())
    expect(refused).toMatchObject({ status: 409, body: { code: 'NAME_TAKEN', metadata: { clusterId } } })
    expect(textAt(refused, 'detail')).toContain('can be restored until')
  })

  it('can be restored, and is not kept any more from then on', async () => {
    const { h, path } = await kept()
    const plan = await h.post(`${path}/actions/restore?validateOnly=true`)
    expect(plan.body).toMatchObject({ operation: 'restoreCluster', blockers: [], billing: { after: { machines: 3 } } })
    expect(await h.post(`${path}/actions/restore`)).toMatchObject({ status: 202, body: { type: 'restoreCluster' } })
    const shown = await h.get(path)
    expect(shown.body).toMatchObject({ status: 'Starting' })
    expect(shown.body).not.toHaveProperty('restorableUntil')
  })

  it('is answered with its delete when that is asked for again, and goes with now', async () => {
    const { h, path } = await kept()
    const before = await h.commits()
    expect(await h.delete(path)).toMatchObject({ status: 202, body: { type: 'deleteCluster', state: 'Succeeded' } })
    expect(await h.commits()).toBe(before)
    expect(await h.delete(`${path}?now=true`)).toMatchObject({ status: 202, body: { state: 'Pending' } })
    expect((await h.get(path)).body).toMatchObject({ status: 'Deleting' })
  })

  it('takes no other change', async () => {
    const { h, path } = await kept()
    const answers = [
      await h.call('PATCH', path, { body: { labels: { a: 'b' } }, headers: { 'If-Match': '*' } }),
      await h.post(`${path}/actions/start`),
      await h.post(`${path}/topics`, { name: 'more' }),
    ]
    for (const answer of answers) expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'STATUS_NOT_ALLOWED'])
    const plan = await h.post(`${path}/plans`, { labels: { a: 'b' } })
    expect(plan.body).toMatchObject({ blockers: [{ code: 'STATUS_NOT_ALLOWED' }] })
  })
})

describe('a restore', () => {
  it('of a cluster that was not deleted is refused', async () => {
    const { h, path } = await active()
    expect(await h.post(`${path}/actions/restore`)).toMatchObject({
      status: 409,
      body: { code: 'STATUS_NOT_ALLOWED' },
    })
  })
})
