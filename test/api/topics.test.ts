import { describe, expect, it } from 'vitest'
import { loadBrokers } from '../../shared/state/load.ts'
import { putRecord } from '../../shared/state/stored.ts'
import { activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

const TOPIC = { name: 'orders', partitions: 6, replicationFactor: 3, config: { 'retention.ms': '1000' } }

describe('POST', () => {
  it('creates a topic, says where it is, and announces it', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC)
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining(TOPIC)])
    const shown = await h.get(String(answer.headers.Location))
    expect(shown.body).toMatchObject({
      name: 'orders',
      partitions: 6,
      replicationFactor: 3,
      underReplicatedPartitions: 0,
      offlinePartitions: 0,
    })
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events?type=kafka.topic.created.v1'))).toHaveLength(1)
  })

  it('takes the effect of its own earlier try, whose answer was lost, for its own', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const headers = { 'Idempotency-Key': 'once' }
    h.kafka.loseAnswerOf('createTopic')
    const lost = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })
    expect([lost.status, textAt(lost, 'code')]).toEqual([503, 'KAFKA_UNAVAILABLE'])
    const again = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })
    expect(again.status).toBe(201)
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events?type=kafka.topic.created.v1'))).toHaveLength(1)
  })

  it('tells a repeat to wait while the first request still runs, and takes over once it must be dead', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const headers = { 'Idempotency-Key': 'slow' }
    const answers: unknown[] = []
    h.kafka.during('createTopic', async () => {
      const meanwhile = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })
      answers.push([meanwhile.status, textAt(meanwhile, 'code')])
      expect(meanwhile.headers['Retry-After']).toBe('60')
      await h.clock.advance(61_000)
      answers.push((await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })).status)
    })
    await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })
    expect(answers).toEqual([[409, 'IDEMPOTENCY_IN_PROGRESS'], 201])
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events?type=kafka.topic.created.v1'))).toHaveLength(1)
  })

  describe('while brokers are on their way out', () => {
    async function draining(h: Harness, nodeIds: readonly number[]) {
      const { clusterId } = await activeCluster(h, { topology: 'dedicated', brokers: { count: 6, volumeGiB: 100 } })
      const rows = await loadBrokers(h.ports.store, 'acme', clusterId)
      await h.ports.store.transact(
        rows
          .filter(({ record }) => nodeIds.includes(record.nodeId))
          .map((row) => putRecord(row.key, { ...row.record, status: 'Draining' }, row)),
      )
      return clusterId
    }

    it('places a topic on those that stay, in every zone, and tells clients of those only', async () => {
      const h = harness()
      const clusterId = await draining(h, [104, 105, 106])
      expect((await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC)).status).toBe(201)
      const made = h.kafka.created.get('orders')
      expect(made?.assignment).toHaveLength(TOPIC.partitions)
      for (const replicas of made?.assignment ?? []) expect(replicas.toSorted()).toEqual([101, 102, 103])
      const { body } = await h.get(`/v1/clusters/${clusterId}`)
      expect(body).toMatchObject({
        connection: { bootstrapServers: [101, 102, 103].map((nodeId) => `10.0.0.${nodeId}:9092`) },
      })
    })

    it('refuses one that needs more brokers than stay', async () => {
      const h = harness()
      const clusterId = await draining(h, [104, 105, 106])
      const answer = await h.post(`/v1/clusters/${clusterId}/topics`, { ...TOPIC, replicationFactor: 4 })
      expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
      expect(h.kafka.created.has('orders')).toBe(false)
    })

    it('leaves the choice to Kafka where all of them stay', async () => {
      const h = harness()
      const { clusterId } = await activeCluster(h)
      await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC)
      expect(h.kafka.created.get('orders')).not.toHaveProperty('assignment')
    })
  })

  it('refuses a name that is there, and lets the same key try another', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC)
    const headers = { 'Idempotency-Key': 'again' }
    const answer = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC, { headers })
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'TOPIC_EXISTS'])
    const other = await h.post(`/v1/clusters/${clusterId}/topics`, { ...TOPIC, name: 'other' }, { headers })
    expect(other.status).toBe(201)
  })

  it('refuses what the cluster cannot hold, naming the field, and asks Kafka nothing', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await h.commits()
    for (const [body, pointer, rule] of [
      [{ ...TOPIC, replicationFactor: 4 }, '/replicationFactor', 'replicas_above_brokers'],
      [{ name: 'a', replicationFactor: 1 }, '/replicationFactor', 'min_insync_above_replicas'],
      [{ ...TOPIC, config: { colour: 'red' } }, '/config/colour', 'unknown_key'],
      [{ ...TOPIC, config: { 'retention.ms': 'long' } }, '/config/retention.ms', 'wrong_type'],
      [{ ...TOPIC, config: { 'segment.bytes': '1' } }, '/config/segment.bytes', 'out_of_range'],
      [{ ...TOPIC, config: { 'compression.lz4.level': '3' } }, '/config/compression.lz4.level', 'unknown_key'],
      [{ ...TOPIC, partitions: 0 }, '/partitions', 'minimum'],
      [{ ...TOPIC, name: '__x' }, '/name', 'reserved'],
      [{ ...TOPIC, colour: 'red' }, '/colour', 'unknown_field'],
    ] as const) {
      const answer = await h.post(`/v1/clusters/${clusterId}/topics`, body)
      expect([answer.status, answer.body]).toEqual([
        422,
        expect.objectContaining({ errors: [expect.objectContaining({ pointer, rule })] }),
      ])
    }
    expect(h.kafka.calls).toEqual([])
    expect(await h.commits()).toBe(before)
  })

  it('refuses while the cluster does not serve, and says what is allowed and what it waits for', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const before = await h.commits()
    const answer = await h.post(`/v1/clusters/${clusterId}/topics`, TOPIC)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({
      code: 'STATUS_NOT_ALLOWED',
      metadata: {
        status: 'Starting',
        allowedActions: ['deleteCluster'],
        conflictingOperationId: operationId,
        link: `/v1/operations/${operationId}`,
      },
    })
    expect(await h.commits()).toBe(before)
  })
})

describe('GET', () => {
  it('lists the tenant’s topics by name, page by page, and neither Kafka’s own nor ours', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const name of ['c', 'a', 'b']) await h.post(`/v1/clusters/${clusterId}/topics`, { name })
    const first = await h.get(`/v1/clusters/${clusterId}/topics?pageSize=2`)
    expect(itemsOf(first).map(({ name }) => name)).toEqual(['a', 'b'])
    const token = textAt(first, 'nextPageToken')
    const second = await h.get(`/v1/clusters/${clusterId}/topics?pageSize=2&pageToken=${token}`)
    expect(itemsOf(second).map(({ name }) => name)).toEqual(['c'])
    expect(second.body).not.toHaveProperty('nextPageToken')
  })

  it('counts partitions that lag behind', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await h.post(`/v1/clusters/${clusterId}/topics`, { name: 'lagging' })
    const { body } = await h.get(`/v1/clusters/${clusterId}/topics/lagging`)
    expect(body).toMatchObject({ partitions: 3, underReplicatedPartitions: 1 })
  })

  it.each(['absent', '__consumer_offsets', '__weir-canary'])('does not know %s', async (name) => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.get(`/v1/clusters/${clusterId}/topics/${name}`)
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'TOPIC_NOT_FOUND'])
  })
})
