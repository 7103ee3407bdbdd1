import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { activeCluster, itemsOf, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

async function dedicated(count = 3) {
  const h = harness()
  const { clusterId } = await activeCluster(h, { topology: 'dedicated', brokers: { count, volumeGiB: 100 } })
  const path = `/v1/clusters/${clusterId}`
  const scale = (wanted: number, more: object = {}, query = '') =>
    h.call('PATCH', `${path}${query}`, { body: { brokers: { count: wanted }, ...more }, headers: { 'If-Match': '*' } })
  const plan = (wanted: number, more: object = {}, query = '') =>
    h.post(`${path}/plans${query}`, { brokers: { count: wanted }, ...more })
  return { h, clusterId, path, scale, plan }
}

const NEW = [104, 105, 106]

/** The expansion has failed with none of its brokers up. */
async function failed(h: Harness, clusterId: string, operationId: string): Promise<void> {
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
    for (const nodeId of NEW) draft.enterBroker(nodeId, 'Error', { health: 'Unavailable' })
    endOperation(draft, { state: 'Failed', cluster: 'Error' })
  })
}

describe('more brokers', () => {
  it('are accepted with ids of their own, as many in each zone, and nobody is led to them yet', async () => {
    const { h, path, scale } = await dedicated()
    const answer = await scale(6)
    expect([answer.status, answer.body]).toMatchObject([202, { type: 'expandBrokers', progress: { brokersTotal: 3 } }])
    const { body } = await h.get(path)
    expect(body).toMatchObject({ status: 'Expanding', health: 'Healthy', brokers: { count: 6 } })
    expect(Object(body).connection.bootstrapServers).toHaveLength(3)
    const joining = itemsOf(await h.get(`${path}/brokers`)).filter(({ nodeId }) => NEW.includes(Number(nodeId)))
    expect(joining.map(({ nodeId, zone, status }) => [nodeId, zone, status])).toEqual([
      [104, 'az-1', 'Starting'],
      [105, 'az-2', 'Starting'],
      [106, 'az-3', 'Starting'],
    ])
    expect(joining.flatMap(({ endpoint }) => endpoint ?? [])).toEqual([])
  })

  it.each([
    ['', ['expandBrokers', 'rebalanceCluster']],
    ['?rebalance=true', ['expandBrokers', 'rebalanceCluster']],
    ['?rebalance=false', ['expandBrokers']],
  ] as const)('are carried out with "%s" as they were planned: %j', async (query, kinds) => {
    const { h, scale, plan } = await dedicated()
    const before = await h.commits()
    const planned = await plan(6, {}, query)
    expect(planned.body).toMatchObject({ operation: 'expandBrokers', restarts: 0, blockers: [] })
    expect(Object(planned.body).phases.map(({ kind }: { kind: string }) => kind)).toEqual(kinds)
    expect(Object(planned.body).phases[0]).toMatchObject({ nodes: NEW, restarts: 0 })
    expect(Object(planned.body).billing).toEqual({
      before: { machines: 6, volumeGiB: 324 },
      after: { machines: 9, volumeGiB: 624 },
    })
    expect(await h.commits()).toBe(before)
    const operation = await h.get(`/v1/operations/${textAt(await scale(6, {}, query), 'id')}`)
    expect(operation.body).toMatchObject({ plan: planned.body })
  })

  it('count against the limits from the order on, and are refused beyond them', async () => {
    const { scale, plan } = await dedicated()
    // The tenant may have 60 nodes, and three controllers count, too.
    expect((await plan(60)).body).toMatchObject({ blockers: [{ code: 'QUOTA_EXCEEDED', pointer: '/brokers/count' }] })
    const answer = await scale(60)
    expect([answer.status, textAt(answer, 'code')]).toEqual([403, 'QUOTA_EXCEEDED'])
    expect((await scale(57)).status).toBe(202)
  })

  it('are refused where the zones would be uneven', async () => {
    const { scale } = await dedicated()
    const answer = await scale(7)
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
  })

  it('are refused together with other work on brokers, but not with what takes effect at once', async () => {
    const { scale } = await dedicated()
    const answer = await scale(6, { brokers: { count: 6, volumeGiB: 200 } })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'CHANGE_NOT_SUPPORTED'])
    expect((await scale(6, { labels: { team: 'web' } })).status).toBe(202)
  })

  it('are refused to a combined cluster', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const body = { brokers: { count: 6 } }
    const answer = await h.post(`/v1/clusters/${clusterId}/plans`, body)
    expect(answer.status).toBe(422)
  })

  it('are not there for another tenant', async () => {
    const { h, path } = await dedicated()
    const body = { brokers: { count: 6 } }
    expect((await h.call('PATCH', path, { body, as: 'zeta', headers: { 'If-Match': '*' } })).status).toBe(404)
    expect((await h.post(`${path}/plans`, body, { as: 'zeta' })).status).toBe(404)
  })
})

describe('an expansion that has failed', () => {
  async function withFailure() {
    const setting = await dedicated()
    const operationId = textAt(await setting.scale(6), 'id')
    await failed(setting.h, setting.clusterId, operationId)
    return { ...setting, operationId }
  }

  it('leaves a cluster that serves and says so', async () => {
    const { h, path } = await withFailure()
    expect((await h.get(path)).body).toMatchObject({ status: 'Error', health: 'Degraded' })
    expect((await h.get(`${path}/topics`)).status).toBe(200)
  })

  it('is resumed or cancelled, either by a new attempt', async () => {
    for (const action of ['resume', 'cancel']) {
      const { h, operationId } = await withFailure()
      expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({
        allowedActions: ['resume', 'cancel'],
      })
      const answer = await h.post(`/v1/operations/${operationId}/actions/${action}`)
      expect([answer.status, answer.body]).toMatchObject([202, { state: 'Pending', attempt: 2 }])
    }
  })

  it('keeps its brokers out of restarts, growths and repairs of the cluster', async () => {
    const { h, path, operationId } = await withFailure()
    const nodes = (answer: { body: unknown }) => Object(answer.body).phases[0].nodes.toSorted()
    const restart = await h.post(`${path}/actions/restart?validateOnly=true`)
    expect(nodes(restart)).toEqual([1, 101, 102, 103, 2, 3])
    const growth = await h.post(`${path}/plans`, { brokers: { volumeGiB: 200 } })
    expect(nodes(growth)).toEqual([101, 102, 103])
    for (const action of ['restart', 'repair']) {
      const answer = await h.post(`${path}/brokers/104/actions/${action}`)
      expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'STATUS_NOT_ALLOWED'])
      expect(textAt(answer, 'detail')).toContain(operationId)
    }
  })

  it('can still be resumed when another operation has come and gone', async () => {
    const { h, clusterId, path, operationId } = await withFailure()
    const other = textAt(await h.post(`${path}/actions/restart`), 'id')
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId: other }, (draft) =>
      endOperation(draft, { state: 'Succeeded', cluster: 'Error' }),
    )
    expect((await h.post(`/v1/operations/${operationId}/actions/resume`)).status).toBe(202)
  })
})
