import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

describe('202', () => {
  it('accepts the deletion of a cluster whose ETag is current', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    const answer = await h.delete(`/v1/clusters/${clusterId}`, { headers: { 'If-Match': String(headers.ETag) } })
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({ type: 'deleteCluster', state: 'Pending', target: { id: clusterId } })
    expect(answer.headers.Location).toBe(`/v1/operations/${textAt(answer, 'id')}`)
    const cluster = await h.get(`/v1/clusters/${clusterId}`)
    expect(cluster.body).toMatchObject({ status: 'Deleting', activeOperationId: textAt(answer, 'id') })
    expect(cluster.body).not.toHaveProperty('connection')
  })

  it('cancels the operation that runs, in the same transaction', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    await h.delete(`/v1/clusters/${clusterId}`)
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({ state: 'Cancelled' })
    await h.projectEvents()
    const types = itemsOf(await h.get('/v1/events')).map(({ type }) => type)
    expect(types.slice(2)).toEqual([
      'kafka.operation.cancelled.v1',
      'kafka.operation.created.v1',
      'kafka.cluster.state_changed.v1',
    ])
  })

  it('answers the same operation while the cluster is being deleted, although the ETag is old by now', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    const first = await h.delete(`/v1/clusters/${clusterId}`, { headers: { 'If-Match': String(headers.ETag) } })
    const before = await h.commits()
    const again = await h.delete(`/v1/clusters/${clusterId}`, { headers: { 'If-Match': String(headers.ETag) } })
    expect([again.status, again.body]).toEqual([202, first.body])
    expect(await h.commits()).toBe(before)
  })
})

describe('409', () => {
  it('refuses a cluster that is protected', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { deletionProtection: true })
    const before = await h.commits()
    const answer = await h.delete(`/v1/clusters/${clusterId}`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'DELETION_PROTECTED'])
    expect(await h.commits()).toBe(before)
  })
})

describe('412', () => {
  it('refuses an ETag that is old, weak, or of something else, and changes nothing', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
      draft.enterCluster('Creating', 'Unknown'),
    )
    const { headers: current } = await h.get(`/v1/clusters/${clusterId}`)
    const before = await h.commits()
    for (const tag of [headers.ETag, `W/${current.ETag}`, '"other"', '"a", "b"']) {
      const answer = await h.delete(`/v1/clusters/${clusterId}`, { headers: { 'If-Match': String(tag) } })
      expect([answer.status, textAt(answer, 'code')]).toEqual([412, 'PRECONDITION_FAILED'])
    }
    expect(await h.commits()).toBe(before)
  })
})

describe('428', () => {
  it('demands If-Match', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const answer = await h.call('DELETE', `/v1/clusters/${clusterId}`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([428, 'PRECONDITION_REQUIRED'])
  })
})

describe('400', () => {
  it('refuses an If-Match that holds no entity tags', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const answer = await h.delete(`/v1/clusters/${clusterId}`, { headers: { 'If-Match': 'v1' } })
    expect(answer.body).toMatchObject({ errors: [{ parameter: 'If-Match', rule: 'pattern' }] })
  })
})
