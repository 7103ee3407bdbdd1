import { describe, expect, it } from 'vitest'
import { aCluster, activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

describe('202', () => {
  it('accepts an order and says where its operation and its cluster are', async () => {
    const h = harness()
    const answer = await h.post('/v1/clusters', aCluster())
    expect(answer.status).toBe(202)
    expect(answer.headers.Location).toBe(`/v1/operations/${textAt(answer, 'id')}`)
    expect(answer.headers['Content-Location']).toBe(`/v1/clusters/${textAt(answer, 'target', 'id')}`)
    expect(answer.body).toMatchObject({
      type: 'createCluster',
      state: 'Pending',
      requestedBy: 'ana@example.test',
      requestId: answer.headers['X-Request-Id'],
      progress: { brokersDone: 0, brokersTotal: 3 },
    })
  })

  it('shows the cluster at once, Starting, with its defaults filled in and nothing of its hosts', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const { body } = await h.get(`/v1/clusters/${clusterId}`)
    expect(body).toMatchObject({
      id: clusterId,
      name: 'orders',
      kafkaVersion: '3.7.1',
      brokers: { count: 3, instanceType: 'r2a.2xlarge', volumeGiB: 100 },
      availabilityZones: ['az-1', 'az-2', 'az-3'],
      status: 'Starting',
      health: 'Unknown',
      allowedActions: ['deleteCluster'],
      activeOperationId: operationId,
      revision: 1,
    })
    expect(body).not.toHaveProperty('connection')
    const brokers = itemsOf(await h.get(`/v1/clusters/${clusterId}/brokers`))
    expect(brokers.map(({ nodeId, zone, status }) => [nodeId, zone, status])).toEqual([
      [1, 'az-1', 'Starting'],
      [2, 'az-2', 'Starting'],
      [3, 'az-3', 'Starting'],
    ])
  })

  it('counts the order against the quota and announces it with gapless numbers', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    expect((await h.get('/v1/quotas')).body).toMatchObject({
      clusters: { used: 1, limit: 10, available: 9 },
      brokers: { used: 3 },
      volumeGiB: { used: 300 },
    })
    await h.projectEvents()
    const events = itemsOf(await h.get('/v1/events'))
    expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['kafka.cluster.created.v1', '000000000001'],
      ['kafka.operation.created.v1', '000000000002'],
    ])
    expect(events.every(({ partitionkey }) => partitionkey === clusterId)).toBe(true)
  })

  it('takes dedicated clusters in one, two and three zones', async () => {
    const h = harness()
    const orders = [
      { zones: ['az-1'], count: 4 },
      { zones: ['az-1', 'az-3'], count: 4 },
      { zones: ['az-1', 'az-2', 'az-3'], count: 6 },
    ] as const
    for (const { zones, count } of orders) {
      const answer = await h.post(
        '/v1/clusters',
        aCluster({
          name: `zones-${zones.length}`,
          topology: 'dedicated',
          brokers: { count, volumeGiB: 10 },
          availabilityZones: [...zones],
        }),
      )
      expect(answer.status).toBe(202)
      expect(answer.body).toMatchObject({ progress: { brokersTotal: count + 3 } })
    }
  })
})

describe('200', () => {
  it('checks an order in full with validateOnly and writes nothing', async () => {
    const h = harness()
    const before = await h.commits()
    const answer = await h.post('/v1/clusters?validateOnly=true', aCluster())
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ nodes: [{ nodeId: 1, zone: 'az-1' }, { nodeId: 2 }, { nodeId: 3 }] })
    expect(await h.commits()).toBe(before)
  })

  it('refuses with validateOnly what it would refuse without', async () => {
    const h = harness()
    await ordered(h)
    const taken = await h.post('/v1/clusters?validateOnly=true', aCluster())
    expect([taken.status, textAt(taken, 'code')]).toEqual([409, 'NAME_TAKEN'])
    const tooMuch = aCluster({ name: 'huge', brokers: { volumeGiB: 16_384 } })
    const exceeded = await h.post('/v1/clusters?validateOnly=true', tooMuch)
    expect([exceeded.status, textAt(exceeded, 'code')]).toEqual([403, 'QUOTA_EXCEEDED'])
  })
})

describe('403', () => {
  it('refuses an order beyond the quota, names the limits, and writes nothing', async () => {
    const h = harness()
    const before = await h.commits()
    const answer = await h.post('/v1/clusters', aCluster({ brokers: { volumeGiB: 16_384 } }))
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({ code: 'QUOTA_EXCEEDED', metadata: { quotas: ['volumeGiB'] } })
    expect(await h.commits()).toBe(before)
  })
})

describe('409', () => {
  it('refuses a name that is taken, but not one that another tenant has', async () => {
    const h = harness()
    await activeCluster(h)
    const before = await h.commits()
    const answer = await h.post('/v1/clusters', aCluster())
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'NAME_TAKEN', metadata: { name: 'orders' } })
    expect(await h.commits()).toBe(before)
    expect((await h.post('/v1/clusters', aCluster(), { as: 'globex' })).status).toBe(202)
  })

  it('gives a name to one of many that ask for it at the same time', async () => {
    const h = harness()
    const answers = await Promise.all(Array.from({ length: 8 }, () => h.post('/v1/clusters', aCluster())))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 7 }, () => 409)])
    expect(itemsOf(await h.get('/v1/clusters'))).toHaveLength(1)
  })
})
