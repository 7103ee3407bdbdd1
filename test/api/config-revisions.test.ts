import { describe, expect, it } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadTenant } from '../../shared/state/load.ts'
import { activeCluster, itemsOf, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

async function configured(h: Harness, config: Readonly<Record<string, string>> = {}) {
  const { clusterId } = await activeCluster(h, { config })
  return {
    clusterId,
    patch: (changes: Readonly<Record<string, string | null>>) =>
      h.call('PATCH', `/v1/clusters/${clusterId}`, { body: { config: changes }, headers: { 'If-Match': '*' } }),
    plan: (body: object) => h.post(`/v1/clusters/${clusterId}/plans`, body),
    history: async () => itemsOf(await h.get(`/v1/clusters/${clusterId}/config-revisions`)),
    restore: (revision: number, key = `restore-${revision}`) =>
      h.post(`/v1/clusters/${clusterId}/config-revisions/${revision}/actions/restore`, undefined, {
        headers: { 'idempotency-key': key },
      }),
  }
}

/** Lets the operation end as its workflow does. */
async function succeed(h: Harness, clusterId: string, operationId: string): Promise<void> {
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
    draft.enterCluster('Active', 'Healthy')
    const { activeOperationId: _ended, ...idle } = draft.cluster()
    draft.replaceCluster(idle)
    draft.setOperation({ state: 'Succeeded', finishedAt: draft.now })
  })
}

describe('a change of the configuration', () => {
  it('that Kafka can make while it runs promises no restart, and one that it reads at its start one for each node', async () => {
    const { plan } = await configured(harness())
    expect((await plan({ config: { 'log.retention.ms': '1000' } })).body).toMatchObject({
      operation: 'updateConfig',
      restarts: 0,
      phases: [{ kind: 'updateConfig', nodes: [] }],
      blockers: [],
    })
    expect((await plan({ config: { 'queued.max.requests': '600' } })).body).toMatchObject({
      restarts: 3,
      phases: [{ kind: 'updateConfig', nodes: [1, 2, 3] }],
      warnings: [expect.stringContaining('queued.max.requests')],
    })
  })

  it('that restarts brokers names the partitions that nothing can protect meanwhile, and says so where Kafka is silent', async () => {
    const h = harness()
    const { clusterId, plan } = await configured(h)
    await h.post(`/v1/clusters/${clusterId}/topics`, { name: 'narrow', partitions: 1, replicationFactor: 2 })
    const change = { config: { 'queued.max.requests': '600' } }
    expect((await plan(change)).body).toMatchObject({
      warnings: [expect.any(String), expect.stringMatching(/^1 partitions have no replica to spare .*: narrow-0\.$/)],
    })
    h.kafka.during('topics', () => {
      throw new DomainError('KAFKA_UNAVAILABLE', 'nobody answers')
    })
    expect((await plan(change)).body).toMatchObject({
      blockers: [],
      warnings: [expect.any(String), expect.stringContaining('Kafka did not answer')],
    })
  })

  it('is accepted as an operation, the cluster is Updating at once, and its brokers show what they lag behind', async () => {
    const h = harness()
    const { clusterId, patch } = await configured(h)
    const answer = await patch({ 'queued.max.requests': '600' })
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({ type: 'updateConfig', state: 'Pending' }),
    ])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      status: 'Updating',
      config: { 'queued.max.requests': '600' },
    })
    expect((await h.get(`/v1/clusters/${clusterId}/brokers/1`)).body).toMatchObject({
      configRevision: 2,
      runningConfigRevision: 1,
    })
  })

  it.each([
    ['unknown', { 'no.such.key': '1' }],
    ['managed by Weir', { 'log.dirs': '/tmp' }],
    ['one that would block every later restart', { 'min.insync.replicas': '3' }],
  ])('with a key that is %s is refused and writes nothing', async (_what, config) => {
    const h = harness()
    const { patch, history } = await configured(h)
    const before = await h.commits()
    const answer = await patch(config)
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
    expect(await h.commits()).toBe(before)
    expect(await history()).toHaveLength(1)
  })

  it('together with larger volumes is one operation, charged, in the history, and in force when its phase begins', async () => {
    const h = harness()
    const { clusterId, plan, history } = await configured(h)
    const body = { config: { 'queued.max.requests': '600' }, brokers: { volumeGiB: 200 }, labels: { team: 'web' } }
    const shown = await plan(body)
    expect(shown.body).toMatchObject({
      operation: 'updateCluster',
      restarts: 3,
      phases: [
        { kind: 'extendVolumes', nodes: [1, 2, 3], restarts: 0 },
        { kind: 'updateConfig', nodes: [1, 2, 3], restarts: 3 },
      ],
      blockers: [],
    })
    const gib = async () => (await loadTenant(h.store, 'acme')).record.usage.volumeGiB
    const before = await gib()
    const answer = await h.call('PATCH', `/v1/clusters/${clusterId}`, { body, headers: { 'If-Match': '*' } })
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({
        type: 'updateCluster',
        plan: shown.body,
        progress: { brokersDone: 0, brokersTotal: 3 },
      }),
    ])
    expect(await gib()).toBe(before + 300)
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      status: 'Extending',
      brokers: { volumeGiB: 200 },
      labels: { team: 'web' },
      config: {},
    })
    expect((await history())[0]).toMatchObject({
      revision: 2,
      config: { 'queued.max.requests': '600' },
      ordered: false,
    })
  })
})

describe('the history', () => {
  it('tells what each revision changed, who ordered it and how it went', async () => {
    const h = harness()
    const { clusterId, patch, history } = await configured(h, { 'log.retention.ms': '1000' })
    const operationId = textAt(await patch({ 'log.retention.ms': null, 'queued.max.requests': '600' }), 'id')
    expect(await history()).toMatchObject([
      {
        revision: 2,
        ordered: true,
        config: { 'queued.max.requests': '600' },
        changes: [
          { key: 'log.retention.ms', from: '1000' },
          { key: 'queued.max.requests', to: '600' },
        ],
        state: 'Pending',
        operationId,
      },
      { revision: 1, ordered: false, config: { 'log.retention.ms': '1000' } },
    ])
    await succeed(h, clusterId, operationId)
    expect((await history())[0]).toMatchObject({ state: 'Succeeded' })
  })

  it('comes page by page, the newest first, each revision once', async () => {
    const h = harness()
    const { clusterId, patch } = await configured(h)
    for (const milliseconds of ['1000', '2000', '3000'])
      await succeed(h, clusterId, textAt(await patch({ 'log.retention.ms': milliseconds }), 'id'))
    const first = await h.get(`/v1/clusters/${clusterId}/config-revisions?pageSize=3`)
    expect(itemsOf(first).map(({ revision }) => revision)).toEqual([4, 3, 2])
    const token = textAt(first, 'nextPageToken')
    const second = await h.get(`/v1/clusters/${clusterId}/config-revisions?pageSize=3&pageToken=${token}`)
    expect(itemsOf(second).map(({ revision }) => revision)).toEqual([1])
    expect(second.body).not.toHaveProperty('nextPageToken')
  })

  it('is gone back in by one call, which is a new revision, and a repeat of the call is the same operation', async () => {
    const h = harness()
    const { clusterId, patch, history, restore } = await configured(h)
    await succeed(h, clusterId, textAt(await patch({ 'queued.max.requests': '600' }), 'id'))
    const first = await restore(1)
    expect([first.status, first.body]).toEqual([202, expect.objectContaining({ type: 'updateConfig' })])
    expect((await restore(1)).body).toEqual(first.body)
    expect((await history()).map(({ revision, config }) => [revision, config])).toEqual([
      [3, {}],
      [2, { 'queued.max.requests': '600' }],
      [1, {}],
    ])
  })

  it('has no revision that was never ordered', async () => {
    const { restore } = await configured(harness())
    const answer = await restore(7)
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'CONFIG_REVISION_NOT_FOUND'])
  })

  it('changes nothing when what it goes back to is what is ordered', async () => {
    const { restore, history } = await configured(harness())
    expect((await restore(1)).status).toBe(200)
    expect(await history()).toHaveLength(1)
  })
})
