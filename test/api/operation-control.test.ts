import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { completeDelete } from '../../workflows/steps/complete-delete.ts'
import { recordFailure } from '../../workflows/steps/record-failure.ts'
import { recordPaused } from '../../workflows/steps/record-paused.ts'
import { activeCluster, ordered, paused, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'
import { idleWorkflows } from './host-fixtures.ts'

async function restarting() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const answer = await h.post(`/v1/clusters/${clusterId}/actions/restart`)
  return { h, clusterId, operationId: textAt(answer, 'id'), answer }
}

describe('202', () => {
  it('accepts the restart of all nodes, and the cluster is Rebooting at once', async () => {
    const { h, clusterId, operationId, answer } = await restarting()
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({ type: 'rebootBrokers', state: 'Pending', progress: { brokersTotal: 3 } })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      status: 'Rebooting',
      activeOperationId: operationId,
      allowedActions: ['deleteCluster'],
    })
  })

  it('says in every state what may be asked of the operation', async () => {
    const { h, clusterId, operationId, answer } = await restarting()
    expect(answer.body).toMatchObject({ allowedActions: ['pause', 'cancel'] })
    await paused(h, clusterId, operationId)
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({ allowedActions: ['resume', 'cancel'] })
    const cancelled = await h.post(`/v1/operations/${operationId}/actions/cancel`)
    expect(cancelled.body).toMatchObject({ allowedActions: [] })
  })

  it('does not let a cancellation be forgotten: what is being cancelled can be cancelled again, and not paused', async () => {
    const { h, operationId } = await restarting()
    const path = `/v1/operations/${operationId}/actions`
    expect((await h.post(`${path}/pause`)).body).toMatchObject({ allowedActions: ['pause', 'cancel'] })
    expect((await h.post(`${path}/cancel`)).body).toMatchObject({ state: 'Pending', allowedActions: ['cancel'] })
    expect((await h.post(`${path}/cancel`)).status).toBe(202)
    expect(await h.post(`${path}/pause`)).toMatchObject({
      status: 409,
      body: { code: 'OPERATION_NOT_CONTROLLABLE', detail: expect.stringContaining('it is being cancelled') },
    })
  })

  it('cancels what was about to rest when the cancellation came', async () => {
    const { h, clusterId, operationId } = await restarting()
    const target = { tenantId: 'acme', clusterId, operationId }
    await h.post(`/v1/operations/${operationId}/actions/pause`)
    await changeCluster(h.ports, target, (draft) => draft.setOperation({ state: 'Running' }))
    await h.post(`/v1/operations/${operationId}/actions/cancel`)
    const ports = { ...h.ports, log: { info() {}, warn() {}, error() {} } }
    await recordPaused.run({ ...target, attempt: 1 }, ports)
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({ state: 'Cancelled' })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ status: 'Active' })
  })

  it('takes back what was about to rest when the cancellation came, where that takes work', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { topology: 'dedicated' })
    const order = { body: { brokers: { count: 6 } }, headers: { 'If-Match': '*' } }
    const operationId = textAt(await h.call('PATCH', `/v1/clusters/${clusterId}`, order), 'id')
    const target = { tenantId: 'acme', clusterId, operationId }
    await changeCluster(h.ports, target, (draft) => draft.setOperation({ state: 'Running', control: 'Cancel' }))
    const ports = { ...h.ports, log: { info() {}, warn() {}, error() {} } }
    await recordPaused.run({ ...target, attempt: 1 }, ports)
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({
      state: 'Pending',
      attempt: 2,
      allowedActions: ['cancel'],
    })
  })

  it('accepts the restart of one node', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/brokers/2/actions/restart`)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({ progress: { brokersTotal: 1 } })
  })

  it('takes up an operation that rests as a new attempt', async () => {
    const { h, clusterId, operationId } = await restarting()
    await paused(h, clusterId, operationId)
    const answer = await h.post(`/v1/operations/${operationId}/actions/resume`)
    expect(answer.body).toMatchObject({ state: 'Pending', attempt: 2 })
  })

  it('ends an operation that rests at once, and the cluster is Active again', async () => {
    const { h, clusterId, operationId } = await restarting()
    await paused(h, clusterId, operationId)
    expect((await h.post(`/v1/operations/${operationId}/actions/cancel`)).body).toMatchObject({ state: 'Cancelled' })
    const { body } = await h.get(`/v1/clusters/${clusterId}`)
    expect(body).toMatchObject({ status: 'Active', health: 'Healthy' })
    expect(body).not.toHaveProperty('activeOperationId')
  })
})

describe('409', () => {
  it('names the operation that runs to whoever asks for another', async () => {
    const { h, clusterId, operationId } = await restarting()
    const answer = await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({
      code: 'OPERATION_IN_PROGRESS',
      retryable: true,
      metadata: { conflictingOperationId: operationId },
    })
  })

  it('says what an operation is whose cluster is gone: it can still be read, and not be taken up', async () => {
    const { h, clusterId, operationId } = await restarting()
    const deletion = textAt(await h.delete(`/v1/clusters/${clusterId}`), 'id')
    const ports = { ...h.ports, workflows: idleWorkflows(), log: { info() {}, warn() {}, error() {} } }
    await completeDelete.run({ tenantId: 'acme', clusterId, operationId: deletion, attempt: 1 }, ports)
    for (const id of [operationId, deletion]) {
      expect((await h.get(`/v1/operations/${id}`)).status).toBe(200)
      for (const action of ['resume', 'pause', 'cancel']) {
        const answer = await h.post(`/v1/operations/${id}/actions/${action}`)
        expect(answer.status).toBe(409)
        expect(answer.body).toMatchObject({ code: 'OPERATION_NOT_CONTROLLABLE', metadata: { allowedActions: [] } })
      }
    }
    expect((await h.post('/v1/operations/op_01JZX3YC4B2M8Q9T0V7W6R5S1N/actions/resume')).status).toBe(404)
  })

  it('lets one of two parallel restarts through', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answers = await Promise.all([1, 2, 3, 4].map(() => h.post(`/v1/clusters/${clusterId}/actions/restart`)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409, 409])
  })

  it('refuses to restart a cluster that is being created', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    expect((await h.post(`/v1/clusters/${clusterId}/actions/restart`)).status).toBe(409)
  })

  it('says what may be asked of an operation instead', async () => {
    const { h, operationId } = await restarting()
    const answer = await h.post(`/v1/operations/${operationId}/actions/resume`)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({
      code: 'OPERATION_NOT_CONTROLLABLE',
      metadata: { state: 'Pending', allowedActions: ['pause', 'cancel'] },
    })
  })

  it('cannot pause a create', async () => {
    const h = harness()
    const { operationId } = await ordered(h)
    expect((await h.post(`/v1/operations/${operationId}/actions/pause`)).body).toMatchObject({
      code: 'OPERATION_NOT_CONTROLLABLE',
    })
  })
})

describe('an operation that failed', () => {
  async function failed() {
    const { h, clusterId, operationId } = await restarting()
    const input = { tenantId: 'acme', clusterId, operationId, attempt: 1 }
    await changeCluster(h.ports, input, (draft) => draft.enterBroker(2, 'Rebooting'))
    await recordFailure.run(input, { ...h.ports, log: { info: ignore, warn: ignore, error: ignore } })
    return { h, clusterId, operationId, operation: async () => (await h.get(`/v1/operations/${operationId}`)).body }
  }
  const ignore = () => {}

  it('offers to be taken up, and keeps how the attempt ended when it is', async () => {
    const { h, operationId, operation } = await failed()
    expect(await operation()).toMatchObject({ state: 'Failed', allowedActions: ['resume'], earlierAttempts: [] })
    expect((await h.post(`/v1/operations/${operationId}/actions/resume`)).body).toMatchObject({ attempt: 2 })
    expect(await operation()).toMatchObject({
      state: 'Pending',
      earlierAttempts: [{ attempt: 1, state: 'Failed', error: { code: 'INTERNAL' } }],
    })
    expect(await operation()).not.toHaveProperty('error')
  })

  it('offers nothing once another one has begun, and refuses to be taken up with the id of that one', async () => {
    const { h, clusterId, operationId, operation } = await failed()
    const later = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
    expect(await operation()).toMatchObject({ state: 'Failed', allowedActions: [], overtakenBy: later })
    const before = await h.commits()
    const answer = await h.post(`/v1/operations/${operationId}/actions/resume`)
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'OPERATION_NOT_CONTROLLABLE',
        detail: expect.stringContaining(later),
        metadata: { state: 'Failed', allowedActions: [], overtakenBy: later },
      },
    })
    expect(await h.commits()).toBe(before)
  })

  it('stays overtaken when the later one has ended, and by a delete, too', async () => {
    const { h, clusterId, operationId, operation } = await failed()
    const later = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
    await paused(h, clusterId, later)
    await h.post(`/v1/operations/${later}/actions/cancel`)
    expect(await operation()).toMatchObject({ allowedActions: [], overtakenBy: later })
    const other = await failed()
    const deletion = textAt(await other.h.delete(`/v1/clusters/${other.clusterId}`), 'id')
    expect(await other.operation()).toMatchObject({ allowedActions: [], overtakenBy: deletion })
    expect((await h.get('/v1/operations?state=Failed')).body).toMatchObject({
      items: [{ id: operationId, allowedActions: [] }],
    })
  })
})

describe('replay', () => {
  it('answers a repeated restart with the same operation', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const options = { headers: { 'idempotency-key': 'once' } }
    const first = await h.post(`/v1/clusters/${clusterId}/actions/restart`, undefined, options)
    const second = await h.post(`/v1/clusters/${clusterId}/actions/restart`, undefined, options)
    expect(second).toMatchObject({ status: 202, body: first.body })
  })
})
