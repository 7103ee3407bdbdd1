import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster, ordered, stoppedCluster, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

async function active() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  return { h, clusterId, path: `/v1/clusters/${clusterId}` }
}

async function stopped() {
  const cluster = await active()
  await stoppedCluster(cluster.h, cluster.clusterId)
  return cluster
}

describe('a stop', () => {
  it('is accepted, and the cluster is Stopping at once and takes nothing but a delete', async () => {
    const { h, path } = await active()
    const answer = await h.post(`${path}/actions/stop`)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({ type: 'stopCluster', state: 'Pending', progress: { brokersTotal: 3 } })
    expect(answer.body).toMatchObject({ plan: { operation: 'stopCluster', billing: { after: { machines: 0 } } } })
    expect((await h.get(path)).body).toMatchObject({ status: 'Stopping', allowedActions: ['deleteCluster'] })
  })

  it('shows beforehand what is given back and what is billed on, and writes nothing', async () => {
    const { h, path } = await active()
    const before = await h.commits()
    const { status, body } = await h.post(`${path}/actions/stop?validateOnly=true`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      operation: 'stopCluster',
      restarts: 0,
      phases: [{ kind: 'stopCluster', nodes: [1, 2, 3] }],
      billing: { before: { machines: 3, volumeGiB: 300 }, after: { machines: 0, volumeGiB: 300 } },
      warnings: expect.arrayContaining([expect.stringContaining('Clients lose the cluster')]),
      blockers: [],
    })
    expect(await h.commits()).toBe(before)
  })

  it('can be paused, taken up and cancelled', async () => {
    const { h, path } = await active()
    const answer = await h.post(`${path}/actions/stop`)
    expect(answer.body).toMatchObject({ allowedActions: ['pause', 'cancel'] })
  })

  it('is refused while another operation runs, which is named', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/actions/stop`)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({
      code: 'OPERATION_IN_PROGRESS',
      metadata: { conflictingOperationId: operationId },
    })
  })

  it('is the same operation when it is asked for again under the same key', async () => {
    const { h, path } = await active()
    const headers = { 'idempotency-key': 'once' }
    const first = await h.post(`${path}/actions/stop`, undefined, { headers })
    expect(textAt(await h.post(`${path}/actions/stop`, undefined, { headers }), 'id')).toBe(textAt(first, 'id'))
  })
})

describe('a cluster that is stopped', () => {
  it('can be started or deleted, and says so to whoever asks for anything else', async () => {
    const { h, path } = await stopped()
    const shown = await h.get(path)
    expect(shown.body).toMatchObject({
      status: 'Stopped',
      health: 'Unknown',
      allowedActions: ['startCluster', 'deleteCluster'],
    })
    const asked = [
      await h.post(`${path}/actions/stop`),
      await h.post(`${path}/actions/restart`),
      await h.post(`${path}/brokers/1/actions/repair`),
      await h.call('PATCH', path, { body: { brokers: { volumeGiB: 200 } }, headers: { 'If-Match': '*' } }),
      await h.get(`${path}/topics`),
      await h.post(`${path}/topics`, { name: 'more' }),
      await h.post(`${path}/users`, { name: 'somebody', role: 'consumer' }),
    ]
    for (const answer of asked) {
      expect(answer.status).toBe(409)
      expect(answer.body).toMatchObject({
        code: 'STATUS_NOT_ALLOWED',
        detail: expect.stringContaining('Stopped'),
        metadata: { status: 'Stopped', allowedActions: ['startCluster', 'deleteCluster'] },
      })
    }
  })

  it('shows of a broker since when it is Active, and nothing while it is not', async () => {
    const { h, clusterId, path } = await active()
    await h.clock.advance(3600_000)
    const since = async () => Object((await h.get(`${path}/brokers/1`)).body).activeSince
    expect(await since()).toBe('2026-11-21T10:00:00.000Z')
    await stoppedCluster(h, clusterId)
    expect(await since()).toBeUndefined()
    const operationId = textAt(await h.post(`${path}/actions/start`), 'id')
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
      draft.enterBroker(1, 'Starting')
      draft.enterBroker(1, 'Active')
    })
    expect(await since()).toBe('2026-11-21T11:00:00.000Z')
  })

  it('takes what no broker has to know', async () => {
    const { h, path } = await stopped()
    const answer = await h.call('PATCH', path, { body: { labels: { team: 'night' } }, headers: { 'If-Match': '*' } })
    expect(answer).toMatchObject({ status: 200, body: { labels: { team: 'night' }, status: 'Stopped' } })
  })

  it('shows what its start takes, and is Starting once that is accepted', async () => {
    const { h, path } = await stopped()
    const plan = await h.post(`${path}/actions/start?validateOnly=true`)
    expect(plan.body).toMatchObject({
      operation: 'startCluster',
      billing: { before: { machines: 0 }, after: { machines: 3, volumeGiB: 300 } },
      blockers: [],
    })
    expect(await h.post(`${path}/actions/start`)).toMatchObject({ status: 202, body: { type: 'startCluster' } })
    expect((await h.get(path)).body).toMatchObject({ status: 'Starting' })
  })
})

describe('a start', () => {
  it('of a cluster that runs is refused, and its plan says why', async () => {
    const { h, path } = await active()
    expect(await h.post(`${path}/actions/start`)).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
    const plan = await h.post(`${path}/actions/start?validateOnly=true`)
    expect(plan.body).toMatchObject({ blockers: [{ code: 'STATUS_NOT_ALLOWED' }] })
  })
})
