import { describe, expect, it } from 'vitest'
import { activeCluster, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

/** A cluster whose first broker has all of a topic. */
async function skewed(partitions = 6) {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const topic = { name: 'skewed', partitions, replicationFactor: 1, config: { 'min.insync.replicas': '1' } }
  expect((await h.post(`/v1/clusters/${clusterId}/topics`, topic)).status).toBe(201)
  return {
    h,
    clusterId,
    proposals: `/v1/clusters/${clusterId}/rebalance-proposals`,
    approve: approveWith(h, clusterId),
  }
}

const approveWith = (h: Harness, clusterId: string) => (body?: object, headers?: Record<string, string>) =>
  h.post(`/v1/clusters/${clusterId}/actions/rebalance`, body, headers && { headers })

const operations = async (h: Harness) => Object((await h.get('/v1/operations')).body).items.length

describe('a proposal of a rebalance', () => {
  it('says what would move, how much, how long and what it would come to, and begins nothing', async () => {
    const { h, proposals } = await skewed()
    const answer = await h.post(proposals, { throttleMiBPerSecond: 2 })
    expect(answer).toMatchObject({
      status: 201,
      headers: { Location: `${proposals}/${textAt(answer, 'id')}` },
      body: {
        moves: 5,
        copies: 4,
        bytes: 4 * 1024 ** 2,
        throttleMiBPerSecond: 2,
        estimateSeconds: 2,
        before: { brokers: [{ nodeId: 1, replicas: 8, leaders: 8 }, { nodeId: 2 }, { nodeId: 3 }] },
        after: { outside: { diskBytes: 0, replicas: 0, leaders: 0 } },
        stuck: [],
      },
    })
    expect(await operations(h)).toBe(1)
    expect((await h.get(textAt(answer, 'links', 'self'))).body).toEqual(answer.body)
  })

  it('takes a quarter of what the volume sustains where no throttle is asked for, and warns of one that takes all', async () => {
    const { h, proposals } = await skewed()
    expect((await h.post(proposals)).body).toMatchObject({ throttleMiBPerSecond: 31, warnings: [] })
    const warned = await h.post(proposals, { throttleMiBPerSecond: 100 })
    expect(warned.body).toMatchObject({ warnings: [expect.stringContaining('100 MiB/s')] })
    for (const throttleMiBPerSecond of [0, 1.5, 100_000])
      expect((await h.post(proposals, { throttleMiBPerSecond })).status).toBe(422)
  })

  it('names each kind of balance once', async () => {
    const { h, proposals } = await skewed()
    expect(await h.post(proposals, { kinds: ['disk', 'disk'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/kinds', rule: 'unique' }] },
    })
  })

  it('lists its moves page by page, in their order', async () => {
    const { h, proposals } = await skewed(900)
    const { body } = await h.post(proposals)
    const { moves, links } = Object(body)
    expect(moves).toBeGreaterThan(400)
    const seen: number[] = []
    let pageToken = ''
    for (let page = 0; page < 2; page++) {
      const answer = await h.get(`${links.moves}?pageSize=200${pageToken && `&pageToken=${pageToken}`}`)
      seen.push(...Object(answer.body).items.map(({ partition }: { partition: number }) => partition))
      pageToken = textAt(answer, 'nextPageToken')
    }
    expect(seen).toHaveLength(400)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(new Set(seen).size).toBe(400)
  })

  it('expires', async () => {
    const { h, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals), 'id')
    await h.clock.advance(24 * 3600 * 1000 + 1000)
    const gone = [await h.get(`${proposals}/${proposalId}`), await approve({ proposalId })]
    for (const answer of gone) expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'PROPOSAL_NOT_FOUND'])
  })

  it('is not made while Kafka moves replicas already', async () => {
    const { h, proposals, approve } = await skewed()
    Object.assign(h.kafka, {
      reassignments: async () => [{ topic: 'skewed', partition: 0, replicas: [2, 1], adding: [2], removing: [1] }],
    })
    for (const answer of [await h.post(proposals), await approve()])
      expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'MOVES_IN_PROGRESS'])
  })
})

describe('an approved rebalance', () => {
  it('carries out exactly that proposal, once for each key', async () => {
    const { h, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals, { throttleMiBPerSecond: 3 }), 'id')
    const key = { 'idempotency-key': 'once' }
    const answer = await approve({ proposalId }, key)
    expect(answer).toMatchObject({ status: 202, body: { type: 'rebalanceCluster', state: 'Pending' } })
    expect((await approve({ proposalId }, key)).body).toEqual(answer.body)
    const again = await approve({ proposalId })
    expect([again.status, textAt(again, 'code')]).toEqual([409, 'OPERATION_IN_PROGRESS'])
    expect(await operations(h)).toBe(2)
  })

  it('without a proposal makes one and approves it', async () => {
    const { approve } = await skewed()
    expect(await approve({ kinds: ['disk'], throttleMiBPerSecond: 3 })).toMatchObject({ status: 202 })
  })

  it('that has nothing to move says so and begins nothing', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await approveWith(h, clusterId)({ kinds: ['disk'] })
    expect(answer).toMatchObject({ status: 200, body: { moves: 0, bytes: 0 } })
    expect(await operations(h)).toBe(1)
  })

  it('is refused when a replica no longer stands where the proposal was made from', async () => {
    const { h, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals), 'id')
    const topics = h.kafka.topics
    Object.assign(h.kafka, {
      topics: async (...args: Parameters<typeof topics>) =>
        (await topics(...args)).map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((partition) =>
            topic.name === 'skewed' ? { ...partition, replicas: [2] } : partition,
          ),
        })),
    })
    const answer = await approve({ proposalId })
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'PROPOSAL_OUTDATED'])
    expect(textAt(answer, 'detail')).toContain('skewed-')
    expect(await operations(h)).toBe(1)
  })

  it('is refused when a broker that is to take replicas does not serve', async () => {
    const { h, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals), 'id')
    const brokers = h.kafka.brokers
    Object.assign(h.kafka, {
      brokers: async (...args: Parameters<typeof brokers>) => {
        const seen = await brokers(...args)
        return { ...seen, brokers: seen.brokers.filter(({ nodeId }) => nodeId !== 3) }
      },
    })
    const answer = await approve({ proposalId })
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'PROPOSAL_OUTDATED'])
  })

  it('cannot change what was proposed', async () => {
    const { h, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals), 'id')
    const answer = await approve({ proposalId, throttleMiBPerSecond: 3 })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/throttleMiBPerSecond' }] })
  })

  it('of another cluster or tenant is not found', async () => {
    const { h, clusterId, proposals, approve } = await skewed()
    const proposalId = textAt(await h.post(proposals), 'id')
    const foreign = await h.post(`/v1/clusters/${clusterId}/actions/rebalance`, { proposalId }, { as: 'globex' })
    expect([foreign.status, textAt(foreign, 'code')]).toEqual([404, 'CLUSTER_NOT_FOUND'])
    const unknown = await approve({ proposalId: 'prp_01JD8X3V9QWERTYZ0123456789' })
    expect([unknown.status, textAt(unknown, 'code')]).toEqual([404, 'PROPOSAL_NOT_FOUND'])
  })
})
