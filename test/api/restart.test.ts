import { describe, expect, it } from 'vitest'
import { activeCluster, ordered, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

async function active() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  return { h, clusterId, path: `/v1/clusters/${clusterId}/actions/restart` }
}

const operation = async (h: Harness, id: string) => (await h.get(`/v1/operations/${id}`)).body

describe('a restart', () => {
  it.each([
    [undefined, 'process'],
    [{}, 'process'],
    [{ mode: 'process' }, 'process'],
    [{ mode: 'host' }, 'host'],
  ] as const)(
    'asked for with %j is one of the %s, and the operation says so with the order of its nodes',
    async (body, mode) => {
      const { h, path } = await active()
      const answer = await h.post(path, body)
      expect(answer.status).toBe(202)
      expect(await operation(h, textAt(answer, 'id'))).toMatchObject({
        type: 'rebootBrokers',
        plan: { restarts: 3, phases: [{ kind: 'rebootBrokers', mode, nodes: [1, 3, 2] }] },
      })
    },
  )

  it('of the machine is expected to take longer than one of Kafka', async () => {
    const { h, path } = await active()
    const estimate = async (mode: string) =>
      Number(Object((await h.post(`${path}?validateOnly=true`, { mode })).body).estimateSeconds)
    expect(await estimate('host')).toBeGreaterThan(await estimate('process'))
  })

  it('in no mode that there is is refused', async () => {
    const { h, path } = await active()
    const answer = await h.post(path, { mode: 'power' })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
  })

  it('in another mode is another request', async () => {
    const { h, path } = await active()
    const headers = { 'idempotency-key': 'once' }
    await h.post(path, { mode: 'process' }, { headers })
    const answer = await h.post(path, { mode: 'host' }, { headers })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })
})

describe('the plan of a restart', () => {
  it('names beforehand what cannot be protected, the active controller last, and writes nothing', async () => {
    const { h, clusterId, path } = await active()
    const single = { name: 'single', partitions: 1, replicationFactor: 1, config: { 'min.insync.replicas': '1' } }
    expect((await h.post(`/v1/clusters/${clusterId}/topics`, single)).status).toBe(201)
    const before = await h.commits()
    const answer = await h.post(`${path}?validateOnly=true`, { mode: 'host' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        operation: 'rebootBrokers',
        changes: [],
        phases: [{ kind: 'rebootBrokers', mode: 'host', nodes: [1, 3, 2], restarts: 3 }],
        warnings: [expect.stringContaining('single-0')],
        blockers: [],
      },
    })
    expect(await h.commits()).toBe(before)
    const accepted = await h.post(path, { mode: 'host' })
    expect(accepted.body).toMatchObject({ warnings: Object(answer.body).warnings })
    expect(await operation(h, textAt(accepted, 'id'))).toMatchObject({ plan: answer.body })
  })

  it('of one node is about that node', async () => {
    const { h, clusterId } = await active()
    const answer = await h.post(`/v1/clusters/${clusterId}/brokers/3/actions/restart?validateOnly=true`)
    expect(answer.body).toMatchObject({ restarts: 1, phases: [{ mode: 'process', nodes: [3] }] })
  })

  it('says why it would be refused, also where there is no Kafka to ask', async () => {
    const { h, path } = await active()
    const operationId = textAt(await h.post(path), 'id')
    expect((await h.post(`${path}?validateOnly=true`)).body).toMatchObject({
      blockers: [{ code: 'OPERATION_IN_PROGRESS', detail: expect.stringContaining(operationId) }],
    })
    const fresh = harness()
    const { clusterId } = await ordered(fresh)
    const answer = await fresh.post(`/v1/clusters/${clusterId}/actions/restart?validateOnly=true`)
    expect(answer.body).toMatchObject({ blockers: [{ code: 'OPERATION_IN_PROGRESS' }], warnings: [] })
    expect(fresh.kafka.calls).toEqual([])
  })
})
