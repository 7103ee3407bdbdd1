import { describe, expect, it } from 'vitest'
import type { ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadTenant } from '../../shared/state/load.ts'
import { activeCluster, itemsOf, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

const larger = (volumeGiB: number) => ({ brokers: { volumeGiB } })

async function patch(h: Harness, clusterId: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  return h.call('PATCH', `/v1/clusters/${clusterId}`, { body, headers: { 'If-Match': '*', ...headers } })
}
const plan = (h: Harness, clusterId: string, body: object) => h.post(`/v1/clusters/${clusterId}/plans`, body)
const usedGiB = async (h: Harness) => (await loadTenant(h.store, 'acme')).record.usage.volumeGiB

const QUEUED = { config: { 'queued.max.requests': '600' } }
const apps = { name: 'apps', inboundRules: [{ cidr: '10.0.0.0/16' }] }

describe('200', () => {
  it('changes labels, protection and the names of security groups at once, also while an operation runs, and announces it once', async () => {
    const h = harness()
    const network = { securityGroups: [{ ...apps, name: 'web' }, apps] }
    const { clusterId } = await activeCluster(h, { labels: { team: 'web', stage: 'test' }, network })
    await patch(h, clusterId, larger(200))
    const answer = await patch(h, clusterId, {
      labels: { stage: null, owner: 'ana' },
      deletionProtection: true,
      network: { securityGroups: [apps, { ...apps, name: 'web' }] },
    })
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({
        labels: { team: 'web', owner: 'ana' },
        deletionProtection: true,
        network: { access: 'private', securityGroups: [apps, { ...apps, name: 'web' }] },
        revision: 3,
        status: 'Extending',
      }),
    ])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toEqual(answer.body)
    await h.projectEvents()
    const updates = itemsOf(await h.get('/v1/events?pageSize=200')).filter(
      ({ type }) => type === 'kafka.cluster.updated.v1',
    )
    expect(updates).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({
          revision: 3,
          changes: ['/labels', '/deletionProtection', '/network/securityGroups'],
        }),
      }),
    ])
  })

  it('writes nothing for a change to what is already so', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { labels: { team: 'web' } })
    const before = await h.commits()
    for (const body of [{}, { labels: { team: 'web' } }, { labels: { none: null } }, { name: 'orders' }]) {
      expect((await patch(h, clusterId, body)).status).toBe(200)
    }
    expect(await h.commits()).toBe(before)
  })

  it('takes a body that is called a merge patch', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await patch(h, clusterId, { labels: { a: 'b' } }, { 'Content-Type': 'application/merge-patch+json' })
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ labels: { a: 'b' } })])
  })
})

describe('202', () => {
  it('accepts larger volumes as an operation that carries the plan that was shown', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const shown = await plan(h, clusterId, larger(150))
    expect(shown.body).toMatchObject({
      operation: 'extendVolumes',
      phases: [{ kind: 'extendVolumes', nodes: [1, 2, 3], restarts: 0 }],
      changes: [{ pointer: '/brokers/volumeGiB', from: 100, to: 150 }],
      restarts: 0,
      billing: { before: { machines: 3, volumeGiB: 300 }, after: { machines: 3, volumeGiB: 450 } },
      blockers: [],
    })
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    const answer = await patch(h, clusterId, larger(150), { 'If-Match': String(headers.ETag) })
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      type: 'extendVolumes',
      state: 'Pending',
      plan: shown.body,
      progress: { brokersDone: 0, brokersTotal: 3 },
    })
    expect(answer.headers.Location).toBe(`/v1/operations/${textAt(answer, 'id')}`)
    const cluster = await h.get(`/v1/clusters/${clusterId}`)
    expect(cluster.body).toMatchObject({ status: 'Extending', revision: 2, brokers: { volumeGiB: 150 } })
    const brokers = itemsOf(await h.get(`/v1/clusters/${clusterId}/brokers`))
    expect(brokers.map(({ volumeGiB }) => volumeGiB)).toEqual([100, 100, 100])
  })

  it('extends only the brokers of a dedicated cluster', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { topology: 'dedicated' })
    const answer = await patch(h, clusterId, larger(101))
    expect(answer.body).toMatchObject({ plan: { phases: [{ nodes: [101, 102, 103] }] }, progress: { brokersTotal: 3 } })
  })

  it('charges the tenant to the last GiB, and not again when a growth that failed is asked for again', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await usedGiB(h)
    const operationId = textAt(await patch(h, clusterId, larger(150)), 'id')
    expect(await usedGiB(h)).toBe(before + 150)
    // The first broker was done when the second failed.
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
      draft.setBroker(1, { volumeGiB: 150, extendedIn: operationId })
      draft.enterBroker(2, 'Extending')
      draft.enterBroker(2, 'Error', { health: 'Unavailable' })
      draft.enterCluster('Error', 'Degraded')
      const { activeOperationId: _ended, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Failed', finishedAt: new Date(h.clock.now()).toISOString() })
    })
    const again = await patch(h, clusterId, larger(150))
    expect(again.body).toMatchObject({ plan: { phases: [{ nodes: [2, 3] }] } })
    expect(await usedGiB(h)).toBe(before + 150)
  })

  it('lets one of many parallel changes through', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answers = await Promise.all([120, 130, 140, 150].map((gib) => patch(h, clusterId, larger(gib))))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    // Against the winner's order, a smaller wish is one to shrink.
    const codes = answers.flatMap((answer) => (answer.status === 202 ? [] : [textAt(answer, 'code')]))
    for (const code of codes) expect(['OPERATION_IN_PROGRESS', 'VOLUME_NOT_LARGER']).toContain(code)
    const [winner] = answers.filter(({ status }) => status === 202)
    const size = Object(Object(winner?.body).plan.changes[0]).to
    expect(await usedGiB(h)).toBe(3 * size)
  })
})

describe('a refusal', () => {
  it.each([
    ['a smaller volume', larger(99), 422, 'VOLUME_NOT_LARGER', '/brokers/volumeGiB'],
    ['an equal volume', larger(100), 422, 'VOLUME_NOT_LARGER', '/brokers/volumeGiB'],
    ['another name', { name: 'other' }, 422, 'FIELD_IMMUTABLE', '/name'],
    ['a version and more', { ...QUEUED, kafkaVersion: '3.9.2' }, 422, 'CHANGE_NOT_SUPPORTED', '/kafkaVersion'],
    ['public access', { network: { access: 'public' } }, 422, 'CHANGE_NOT_SUPPORTED', '/network/access'],
    ['a rule of the order', { labels: { UPPER: 'x' } }, 422, 'INVALID_FIELD', '/labels/UPPER'],
    ['a rule between fields', { brokers: { count: 4 } }, 422, 'INVALID_FIELD', '/brokers/count'],
    ['a size that no volume has', larger(99_999), 422, 'INVALID_FIELD', '/brokers/volumeGiB'],
    ['an unknown field', { colour: 'blue' }, 422, 'INVALID_FIELD', '/colour'],
    ['a field that must be there', { topology: null }, 422, 'INVALID_FIELD', '/topology'],
  ])('names the field for %s, and writes nothing', async (_what, body, status, code, pointer) => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await h.commits()
    const answer = await patch(h, clusterId, body)
    expect([answer.status, textAt(answer, 'code')]).toEqual([status, code])
    expect(answer.body).toMatchObject({ errors: [{ pointer }] })
    expect(await h.commits()).toBe(before)
  })

  it('names the earliest possible time for a second change too soon', async () => {
    const h = harness()
    const { clusterId, operationId } = await activeCluster(h)
    const earliestAt = new Date(h.clock.now() + 3_600_000).toISOString()
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
      draft.setBroker(2, { volumeChangeableAt: earliestAt }),
    )
    expect(operationId).toMatch(/^op_/)
    const answer = await patch(h, clusterId, larger(200))
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.objectContaining({ code: 'VOLUME_CHANGE_TOO_SOON', metadata: { earliestAt } }),
    ])
    expect((await plan(h, clusterId, larger(200))).body).toMatchObject({ blockers: [{ earliestAt }] })
    await h.clock.advance(3_600_000)
    expect((await patch(h, clusterId, larger(200))).status).toBe(202)
  })

  it('names the operation that runs', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const first = textAt(await patch(h, clusterId, larger(150)), 'id')
    const answer = await patch(h, clusterId, larger(160))
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.objectContaining({
        code: 'OPERATION_IN_PROGRESS',
        metadata: expect.objectContaining({ conflictingOperationId: first }),
      }),
    ])
    expect((await plan(h, clusterId, larger(160))).body).toMatchObject({
      blockers: [{ code: 'OPERATION_IN_PROGRESS' }],
    })
  })

  it('keeps the limit of the tenant', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await h.commits()
    const answer = await patch(h, clusterId, larger(16_000))
    expect([answer.status, textAt(answer, 'code')]).toEqual([403, 'QUOTA_EXCEEDED'])
    expect(await h.commits()).toBe(before)
    expect((await plan(h, clusterId, larger(16_000))).body).toMatchObject({ blockers: [{ code: 'QUOTA_EXCEEDED' }] })
  })

  it('demands an If-Match that names the cluster as it is', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.get(`/v1/clusters/${clusterId}`)
    const path = `/v1/clusters/${clusterId}`
    expect((await h.call('PATCH', path, { body: { labels: { a: 'b' } } })).status).toBe(428)
    await patch(h, clusterId, { labels: { a: 'b' } }, { 'If-Match': String(headers.ETag) })
    const stale = await patch(h, clusterId, { labels: { a: 'c' } }, { 'If-Match': String(headers.ETag) })
    expect([stale.status, textAt(stale, 'code')]).toEqual([412, 'PRECONDITION_FAILED'])
  })
})

describe('a plan', () => {
  it('writes nothing, whatever it is of', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const before = await h.commits()
    for (const body of [larger(200), larger(1), { labels: { a: 'b' } }, { name: 'other' }, {}]) {
      expect((await plan(h, clusterId, body)).status).toBe(200)
    }
    expect(await h.commits()).toBe(before)
  })
})

describe('who may reach the brokers', () => {
  const ranges = (count: number) => Array.from({ length: count }, (_, index) => ({ cidr: `10.0.${index}.0/24` }))
  const groups = (...securityGroups: NonNullable<NonNullable<ClusterSpecInput['network']>['securityGroups']>) => ({
    network: { securityGroups },
  })

  it('is changed by an operation that touches no broker, and needs none for rules that are the same', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, groups(apps))
    const answer = await patch(h, clusterId, groups({ name: 'all', inboundRules: [{ cidr: '10.0.0.0/8' }] }))
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({
        type: 'updateNetwork',
        plan: expect.objectContaining({
          restarts: 0,
          phases: [expect.objectContaining({ kind: 'updateNetwork', nodes: [] })],
          changes: [expect.objectContaining({ pointer: '/network/securityGroups' })],
        }),
      }),
    ])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ status: 'Updating' })
    const again = await patch(h, clusterId, groups({ name: 'all', inboundRules: [{ cidr: '10.9.9.9/8' }] }))
    expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'OPERATION_IN_PROGRESS' })])
  })

  it.each([
    [
      'the same rules in another order',
      { name: 'apps', inboundRules: [{ cidr: '192.0.2.0/24' }, { cidr: '10.0.0.0/8' }] },
    ],
    [
      'a range twice',
      { name: 'apps', inboundRules: [...[1, 2].map(() => ({ cidr: '10.0.0.0/8' })), { cidr: '192.0.2.0/24' }] },
    ],
    [
      'a range by another address of it',
      { name: 'apps', inboundRules: [{ cidr: '10.1.2.3/8' }, { cidr: '192.0.2.9/24' }] },
    ],
  ])('is not changed by %s', async (_what, group) => {
    const h = harness()
    const inboundRules = [{ cidr: '10.0.0.0/8' }, { cidr: '192.0.2.0/24' }]
    const { clusterId } = await activeCluster(h, groups({ name: 'apps', inboundRules }))
    expect((await patch(h, clusterId, groups(group))).status).toBe(200)
  })

  it('changes together with other things in one operation', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { status, body } = await patch(h, clusterId, {
      ...groups(apps),
      ...larger(200),
      config: { 'log.retention.ms': '1000' },
    })
    expect(status).toBe(202)
    expect(body).toMatchObject({
      type: 'updateCluster',
      plan: { phases: [{ kind: 'updateNetwork' }, { kind: 'extendVolumes' }, { kind: 'updateConfig' }] },
    })
  })

  it('takes 50 ranges in all groups together, which become the rules of one group on EC2', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const two = (count: number) =>
      groups({ name: 'a', inboundRules: ranges(count) }, { name: 'b', inboundRules: ranges(count).slice(0, 30) })
    expect((await plan(h, clusterId, two(50))).status).toBe(200)
    const more = groups(
      { name: 'a', inboundRules: ranges(50) },
      { name: 'b', inboundRules: [{ cidr: '192.0.2.0/24' }] },
    )
    const refused = await patch(h, clusterId, more)
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({
        errors: [expect.objectContaining({ pointer: '/network/securityGroups', rule: 'max_inbound_ranges' })],
      }),
    ])
  })

  it('is ordered in groups of different names', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const refused = await patch(h, clusterId, groups(apps, apps))
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({
        errors: [expect.objectContaining({ pointer: '/network/securityGroups/1/name', rule: 'unique' })],
      }),
    ])
  })

  it('is put in force by the same order again where a failed change has left others in force', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, groups(apps))
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => draft.setCluster({ networkLags: true }))
    expect((await patch(h, clusterId, { labels: { a: 'b' } })).status).toBe(200)
    const { status, body } = await patch(h, clusterId, groups(apps))
    expect([status, body]).toEqual([202, expect.objectContaining({ type: 'updateNetwork' })])
  })
})
