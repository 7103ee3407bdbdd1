import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClusterSpec } from '../../../shared/contract/cluster-spec.ts'
import { CHANGE_KINDS } from '../../../shared/planner/change-kinds.ts'
import type { PlanFacts } from '../../../shared/planner/facts.ts'
import { mergePatch } from '../../../shared/planner/merge-patch.ts'
import { growthGiB, planChange } from '../../../shared/planner/plan-change.ts'
import type { BrokerRecord, ClusterRecord } from '../../../shared/records/cluster.ts'

const NOW = Date.UTC(2026, 10, 21)
const facts: PlanFacts = { now: NOW }

function aCluster(volumeGiB: number, patch: Partial<ClusterRecord> = {}): ClusterRecord {
  return {
    tenantId: 'acme',
    clusterId: 'clu_01JD8X3V9QWERTYZ0123456789',
    spec: ClusterSpec.parse({ name: 'orders', topology: 'combined', brokers: { volumeGiB } }),
    specRevision: 1,
    status: 'Active',
    health: 'Healthy',
    kafkaClusterUuid: 'uuid',
    generation: 1,
    eventSequence: 1,
    ledgerSequence: 1,
    createdAt: '',
    updatedAt: '',
    ...patch,
  }
}

const aBroker = (nodeId: number, volumeGiB: number, patch: Partial<BrokerRecord> = {}): BrokerRecord => ({
  nodeId,
  roles: ['broker', 'controller'],
  zone: 'az-1',
  status: 'Active',
  health: 'Healthy',
  volumeGiB,
  updatedAt: '',
  ...patch,
})

const sized = (cluster: ClusterRecord, volumeGiB: number): ClusterSpec => ({
  ...cluster.spec,
  brokers: { ...cluster.spec.brokers, volumeGiB },
})

const gib = fc.integer({ min: 1, max: 16_384 })
const three = fc.array(gib, { minLength: 3, maxLength: 3 })
const always = () => true

describe('a plan', () => {
  it('extends exactly the brokers that are smaller, never restarts one, and never makes one smaller', () => {
    fc.assert(
      fc.property(three, gib, (sizes, wanted) => {
        const cluster = aCluster(Math.max(...sizes))
        const brokers = sizes.map((size, index) => aBroker(index + 1, size))
        const plan = planChange(cluster, brokers, sized(cluster, wanted), facts, always)
        const planned = plan.phases.flatMap(({ nodes }) => nodes).toSorted()
        const smaller = brokers.filter(({ volumeGiB }) => volumeGiB < wanted).map(({ nodeId }) => nodeId)
        const mayGrow = wanted >= cluster.spec.brokers.volumeGiB
        expect(planned).toEqual(mayGrow ? smaller : [])
        expect(plan.restarts).toBe(0)
        expect(plan.blockers.length > 0).toBe(planned.length === 0)
        if (mayGrow) expect(plan.operation).toBe(smaller.length > 0 ? 'extendVolumes' : undefined)
      }),
    )
  })

  it('charges what the brokers grow by, and nothing twice after a growth that failed half-way', () => {
    fc.assert(
      fc.property(three, gib, (sizes, wanted) => {
        const cluster = aCluster(Math.min(...sizes))
        const fresh = sizes.map((size, index) => aBroker(index + 1, size))
        const expected = sizes.reduce((sum, size) => sum + Math.max(0, wanted - size), 0)
        expect(growthGiB(fresh, sized(cluster, wanted), facts)).toBe(expected)
        const failed = fresh.map((broker) => ({ ...broker, orderedGiB: wanted }))
        expect(growthGiB(failed, sized(cluster, wanted), facts)).toBe(0)
      }),
    )
  })

  it('takes the unhealthy first and then the fullest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ well: fc.boolean(), usedBytes: fc.nat(1000) }), { minLength: 1, maxLength: 12 }),
        (states) => {
          const brokers = states.map(({ well }, index) =>
            aBroker(index + 1, 10, well ? {} : { status: 'Error', health: 'Unavailable' }),
          )
          const volumes = new Map(
            states.map(({ usedBytes }, index) => [
              index + 1,
              { state: 'Mounted' as const, usedBytes, totalBytes: 1000 },
            ]),
          )
          const cluster = aCluster(10)
          const [phase] = planChange(cluster, brokers, sized(cluster, 20), { now: NOW, volumes }).phases
          const order = (phase?.nodes ?? []).map((nodeId) => states[nodeId - 1])
          const rank = (state: (typeof order)[number]) => Number(state?.well) * 10_000 - (state?.usedBytes ?? 0)
          expect(order).toHaveLength(states.length)
          for (const [index, state] of order.entries()) {
            if (index > 0) expect(rank(order[index - 1])).toBeLessThanOrEqual(rank(state))
          }
        },
      ),
    )
  })

  it('never needs an operation for labels, names of security groups or protection, in any combination', () => {
    const atOnce = fc.record({
      labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 10 }), { maxKeys: 3 }),
      deletionProtection: fc.boolean(),
      network: fc.record({
        access: fc.constant('private' as const),
        securityGroups: fc.constantFrom<ClusterSpec['network']['securityGroups']>(
          [],
          [{ name: 'apps', inboundRules: [] }],
        ),
      }),
    })
    fc.assert(
      fc.property(atOnce, (fields) => {
        const cluster = aCluster(10, { activeOperationId: 'op_1', status: 'Rebooting' })
        const plan = planChange(cluster, [aBroker(1, 10)], { ...cluster.spec, ...fields }, facts)
        expect([plan.operation, plan.phases, plan.blockers]).toEqual([undefined, [], []])
      }),
    )
  })

  it('plans nothing for a change to what is already so', () => {
    const cluster = aCluster(10)
    const plan = planChange(cluster, [aBroker(1, 10)], structuredClone(cluster.spec), facts, () => false)
    expect([plan.changes, plan.phases, plan.blockers]).toEqual([[], [], []])
  })
})

describe('a plan for several changes at once', () => {
  const config = fc
    .record(
      {
        'queued.max.requests': fc.integer({ min: 1, max: 5 }).map(String),
        'log.retention.ms': fc.integer({ min: 1, max: 5 }).map(String),
        'message.max.bytes': fc.integer({ min: 1, max: 5 }).map(String),
      },
      { requiredKeys: [] },
    )
    .map((settings): Readonly<Record<string, string>> => settings)
  const change = fc.record({ volumeGiB: fc.integer({ min: 10, max: 14 }), config, label: fc.string({ maxLength: 3 }) })
  const revisions = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 })

  /** The plans of a change as a whole, with its fields the other way round, and of each of its fields. */
  function plansOf(
    nodes: readonly number[],
    wantedOf: { volumeGiB: number; config: Readonly<Record<string, string>>; label: string },
  ) {
    const cluster = aCluster(12)
    const spec = { ...cluster.spec, config: { 'log.retention.ms': '3' } }
    const now = { ...cluster, spec, configRevision: 2 }
    const brokers = nodes.map((configRevision, index) => aBroker(index + 1, 12, { configRevision }))
    const volume = { brokers: { volumeGiB: wantedOf.volumeGiB } }
    const settings = { config: wantedOf.config }
    const labels = { labels: { team: wantedOf.label } }
    const planned = (patch: object) => {
      const wanted = { ...spec, ...patch, brokers: { ...spec.brokers, ...('brokers' in patch ? volume.brokers : {}) } }
      return planChange(
        now,
        brokers,
        wanted,
        facts,
        (pointer) => mergePatch({}, patch) !== undefined && pointer in patch,
      )
    }
    return {
      whole: planned({ ...volume, ...settings, ...labels }),
      reversed: planned({ ...labels, ...settings, ...volume }),
      parts: [volume, settings, labels].map(planned),
      brokers,
    }
  }

  it('restarts no node twice, and no more nodes than its parts would', () => {
    fc.assert(
      fc.property(revisions, change, (nodes, wanted) => {
        const { whole, parts, brokers } = plansOf(nodes, wanted)
        expect(whole.restarts).toBeLessThanOrEqual(brokers.length)
        expect(whole.restarts).toBeLessThanOrEqual(parts.reduce((sum, { restarts }) => sum + restarts, 0))
        expect(whole.restarts).toBe(whole.phases.reduce((sum, { restarts }) => sum + restarts, 0))
        for (const { restarts, nodes: touched } of whole.phases) expect(restarts).toBeLessThanOrEqual(touched.length)
      }),
    )
  })

  it('is the same whatever the order of its fields, and does what its parts do', () => {
    fc.assert(
      fc.property(revisions, change, (nodes, wanted) => {
        const { whole, reversed, parts } = plansOf(nodes, wanted)
        expect(reversed).toEqual(whole)
        expect(whole.phases).toEqual(parts.flatMap(({ phases }) => phases))
      }),
    )
  })

  it('is one operation, in which what restarts nothing comes first', () => {
    const { whole } = plansOf([2, 2, 2], { volumeGiB: 14, config: { 'queued.max.requests': '5' }, label: 'a' })
    expect([whole.operation, whole.blockers]).toEqual(['updateCluster', []])
    expect(whole.phases.map(({ kind, restarts }) => [kind, restarts])).toEqual([
      ['extendVolumes', 0],
      ['updateConfig', 3],
    ])
  })
})

describe('a blocker', () => {
  const brokers = [aBroker(1, 10), aBroker(2, 10)]
  const changed: Readonly<Record<string, readonly [Partial<ClusterSpec>, string]>> = {
    name: [{ name: 'other' }, 'FIELD_IMMUTABLE'],
    topology: [{ topology: 'dedicated' }, 'FIELD_IMMUTABLE'],
    availabilityZones: [{ availabilityZones: ['az-1'] }, 'FIELD_IMMUTABLE'],
    'brokers/count': [{ brokers: { count: 6, instanceType: 'r2a.2xlarge', volumeGiB: 10 } }, 'FIELD_IMMUTABLE'],
  }

  it.each(Object.entries(changed))('names the field %s and why it cannot change', (name, [patch, code]) => {
    const cluster = aCluster(10)
    const { blockers, phases } = planChange(cluster, brokers, { ...cluster.spec, ...patch }, facts)
    expect(phases).toEqual([])
    expect(blockers).toEqual([expect.objectContaining({ code, pointer: `/${name}` })])
    expect(blockers[0]?.detail).not.toBe('')
  })

  it('tells a smaller size from an equal one', () => {
    const cluster = aCluster(10)
    for (const [size, words] of [
      [9, 'cannot shrink from 10 to 9 GiB'],
      [10, 'have 10 GiB already'],
    ] as const) {
      const { blockers } = planChange(cluster, brokers, sized(cluster, size), facts, always)
      expect(blockers).toEqual([expect.objectContaining({ code: 'VOLUME_NOT_LARGER', pointer: '/brokers/volumeGiB' })])
      expect(blockers[0]?.detail).toContain(words)
    }
  })

  it('does not refuse an equal size that comes with another change', () => {
    const cluster = aCluster(10)
    const plan = planChange(cluster, brokers, { ...cluster.spec, labels: { team: 'web' } }, facts, always)
    expect([plan.blockers, plan.phases, plan.changes.length]).toEqual([[], [], 1])
  })

  it('names the earliest time for a change too soon, and only for brokers that would grow', () => {
    const cluster = aCluster(10)
    const at = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString()
    const recent = [
      aBroker(1, 10, { volumeChangeableAt: at(2) }),
      aBroker(2, 10, { volumeChangeableAt: at(5) }),
      aBroker(3, 30, { volumeChangeableAt: at(9) }),
    ]
    const plan = (now: number) => planChange(cluster, recent, sized(cluster, 20), { now })
    expect(plan(NOW).blockers).toEqual([expect.objectContaining({ code: 'VOLUME_CHANGE_TOO_SOON', earliestAt: at(5) })])
    expect(plan(NOW + 5 * 3_600_000).blockers).toEqual([])
  })

  it('says that another operation runs, that the status forbids it, and that a limit is in the way', () => {
    const limits = { clusters: 1, brokers: 3, volumeGiB: 30 }
    const codes = (cluster: ClusterRecord, more: Partial<PlanFacts> = {}) =>
      planChange(cluster, brokers, sized(cluster, 20), { now: NOW, ...more }).blockers.map(({ code }) => code)
    expect(codes(aCluster(10, { activeOperationId: 'op_1' }))).toEqual(['OPERATION_IN_PROGRESS'])
    expect(codes(aCluster(10, { status: 'Error', health: 'Unavailable' }))).toEqual(['STATUS_NOT_ALLOWED'])
    expect(codes(aCluster(10, { status: 'Error', health: 'Degraded' }))).toEqual([])
    expect(codes(aCluster(10), { tenant: { limits, usage: { clusters: 1, brokers: 3, volumeGiB: 20 } } })).toEqual([
      'QUOTA_EXCEEDED',
    ])
  })
})

describe('the estimate', () => {
  it('goes by what was measured where anything was', () => {
    const cluster = aCluster(10)
    const brokers = [aBroker(1, 10), aBroker(2, 10), aBroker(3, 10)]
    const estimate = (stepSeconds: ReadonlyMap<string, number>) =>
      planChange(cluster, brokers, sized(cluster, 20), { now: NOW, stepSeconds }).estimateSeconds
    const usual = estimate(new Map())
    expect(usual).toBeGreaterThan(0)
    expect(estimate(new Map([['growVolume', 160]]))).toBe(usual + 3 * 100)
  })
})

describe('a merge patch', () => {
  it('is that of RFC 7396: every example of its appendix', () => {
    const rows: readonly (readonly [unknown, unknown, unknown])[] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'b' }, ['c'], ['c']],
      [{ a: 'foo' }, null, null],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ]
    for (const [target, patch, result] of rows) expect(mergePatch(target, patch)).toEqual(result)
  })

  it('keeps a name that means something else in JavaScript a plain field', () => {
    expect(mergePatch({}, JSON.parse('{"__proto__": {"x": 1}}'))).not.toHaveProperty('x')
  })
})

it('has a row for every field of an order', () => {
  expect(Object.values(CHANGE_KINDS).map(({ pointer }) => pointer.slice(1))).toEqual(Object.keys(CHANGE_KINDS))
})
