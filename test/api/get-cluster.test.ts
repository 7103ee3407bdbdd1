import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster, ordered, textAt } from './cluster-fixtures.ts'
import { CA_PEM, harness } from './harness.ts'

describe('200', () => {
  it('shows a cluster that serves with all that a client needs to connect', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { body } = await h.get(`/v1/clusters/${clusterId}`)
    expect(body).toMatchObject({
      status: 'Active',
      health: 'Healthy',
      connection: {
        bootstrapServers: ['10.0.0.1:9092', '10.0.0.2:9092', '10.0.0.3:9092'],
        securityProtocol: 'SASL_SSL',
        saslMechanism: 'SCRAM-SHA-512',
        caCertificatePem: CA_PEM,
      },
    })
    expect(body).not.toHaveProperty('activeOperationId')
  })

  it('names brokers only as servers to connect to, not controllers', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { topology: 'dedicated', brokers: { volumeGiB: 1, count: 3 } })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      connection: { bootstrapServers: ['10.0.0.101:9092', '10.0.0.102:9092', '10.0.0.103:9092'] },
    })
    const controller = await h.get(`/v1/clusters/${clusterId}/brokers/1`)
    expect(controller.body).toMatchObject({ roles: ['controller'], status: 'Active' })
    expect(controller.body).not.toHaveProperty('endpoint')
    expect((await h.get(`/v1/clusters/${clusterId}/brokers/101`)).body).toMatchObject({ endpoint: '10.0.0.101:9092' })
  })

  it.each([
    ['a combined cluster', {}, { expandBrokers: false, shrinkBrokers: false, upgradeKafka: true, deleteCluster: true }],
    ['three brokers', { topology: 'dedicated' }, { expandBrokers: true, shrinkBrokers: false }],
    [
      'six brokers',
      { topology: 'dedicated', brokers: { count: 6, volumeGiB: 1 } },
      { expandBrokers: true, shrinkBrokers: true },
    ],
    ['the newest release', { kafkaVersion: '4.3.1' }, { upgradeKafka: false }],
    ['a protected cluster', { deletionProtection: true }, { deleteCluster: false, stopCluster: true }],
  ] as const)('offers %s only what would be accepted', async (_what, order, offered) => {
    const h = harness()
    const { clusterId } = await activeCluster(h, order)
    const allowed: unknown = Object((await h.get(`/v1/clusters/${clusterId}`)).body).allowedActions
    for (const [type, isOffered] of Object.entries(offered))
      expect([type, Array.isArray(allowed) && allowed.includes(type)]).toEqual([type, isOffered])
  })

  it('names brokers by their names where they have any, and all of them by one', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => {
      draft.setBroker(2, { name: 'b2.clu-1.kafka.example.com' })
      draft.setCluster({ names: { bootstrap: 'bootstrap.clu-1.kafka.example.com', changeId: 'C1' } })
    })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      connection: { bootstrapServers: ['bootstrap.clu-1.kafka.example.com:9092'] },
    })
    const broker = await h.get(`/v1/clusters/${clusterId}/brokers/2`)
    expect(broker.body).toMatchObject({ endpoint: 'b2.clu-1.kafka.example.com:9092' })
  })

  it('warns of a version whose support ends within 180 days', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const until = '2027-06-30'
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      support: { until, state: 'Supported' },
      warnings: [],
    })
    await h.clock.advance(Date.UTC(2027, 1, 1) - h.clock.now())
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      support: { until, state: 'EndsSoon' },
      warnings: [{ code: 'VERSION_NEAR_END_OF_SUPPORT' }],
    })
    await h.clock.advance(Date.UTC(2027, 6, 1) - h.clock.now())
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      support: { until, state: 'Ended' },
      warnings: [{ code: 'VERSION_SUPPORT_ENDED' }],
    })
  })
})

describe('ETag', () => {
  it('changes when the cluster changes and only then', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const path = `/v1/clusters/${clusterId}`
    const first = await h.get(path)
    await h.clock.advance(3600_000)
    await ordered(h, { name: 'other' })
    expect((await h.get(path)).headers.ETag).toBe(first.headers.ETag)
    await h.delete(path)
    const later = await h.get(path)
    expect(later.headers.ETag).not.toBe(first.headers.ETag)
    expect(later.headers.ETag).toMatch(/^"[A-Za-z0-9_-]{27}"$/)
  })

  it('is answered with 304 and no body to a caller that has it', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    for (const known of [headers.ETag, `W/${headers.ETag}`, `"other", ${headers.ETag}`, '*']) {
      const answer = await h.get(`/v1/clusters/${clusterId}`, { headers: { 'If-None-Match': String(known) } })
      expect([answer.status, answer.body, answer.headers.ETag]).toEqual([304, undefined, headers.ETag])
    }
    const other = await h.get(`/v1/clusters/${clusterId}`, { headers: { 'If-None-Match': '"other"' } })
    expect(other.status).toBe(200)
  })
})

describe('404', () => {
  it('is answered for a cluster that never was', async () => {
    const answer = await harness().get('/v1/clusters/clu_01JD8X3V9QWERTYZ0123456789')
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'CLUSTER_NOT_FOUND'])
  })

  it('is answered for a broker that never was', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const answer = await h.get(`/v1/clusters/${clusterId}/brokers/4`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'BROKER_NOT_FOUND'])
  })
})

describe('400', () => {
  it.each(['clu_1', 'orders', 'op_01JD8X3V9QWERTYZ0123456789', 'clu_01jd8x3v9qwertyz0123456789'])(
    'is answered to the malformed id %s',
    async (id) => {
      const answer = await harness().get(`/v1/clusters/${id}`)
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({
        code: 'INVALID_PARAMETER',
        errors: [{ parameter: 'clusterId', rule: 'pattern' }],
      })
    },
  )

  it('names an unknown query parameter, and one that is given twice', async () => {
    const answer = await harness().get('/v1/clusters?pagesize=5&name=a&name=b')
    expect(answer.body).toMatchObject({
      errors: [
        { parameter: 'pagesize', rule: 'unknown_parameter' },
        { parameter: 'name', rule: 'repeated' },
      ],
    })
  })
})
