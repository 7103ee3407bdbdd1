import { describe, expect, it } from 'vitest'
import { levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import type { PlanFacts } from '../../../shared/planner/facts.ts'
import { planChange } from '../../../shared/planner/plan-change.ts'
import type { BrokerRecord } from '../../../shared/records/cluster.ts'
import { aBroker, aCluster } from '../../workflows/records.ts'
import { aSpec } from '../state/state-fixture.ts'

const facts: PlanFacts = { now: Date.UTC(2026, 10, 22) }
const born = levelsOfRelease('3.7.1')
const combined = aCluster({ status: 'Active', health: 'Healthy', featureLevels: born })
const nodes = [1, 2, 3].map((nodeId) => aBroker(nodeId, { status: 'Active' }))
type Version = '3.7.1' | '3.9.2' | '4.3.1'

const plan = (
  kafkaVersion: Version,
  { cluster = combined, brokers = nodes, known = facts, patch = {} } = {} as {
    readonly cluster?: typeof combined
    readonly brokers?: readonly BrokerRecord[]
    readonly known?: PlanFacts
    readonly patch?: Partial<typeof combined.spec>
  },
) =>
  planChange(cluster, brokers, { ...cluster.spec, kafkaVersion, ...patch }, known, (name) => name === '/kafkaVersion')

const at = (kafkaVersion: Version, patch: Partial<typeof combined> = {}) => ({
  ...combined,
  spec: { ...combined.spec, kafkaVersion },
  ...patch,
})

describe('another release of Kafka', () => {
  it('restarts every node once, controllers first, and then the brokers zone by zone', () => {
    const controllers = [1, 2, 3].map((nodeId) => aBroker(nodeId, { roles: ['controller'], zone: 'az-2' }))
    const [b1, b2] = (['az-1', 'az-2'] as const).map((zone) => ({ roles: ['broker' as const], zone }))
    const brokers = [aBroker(101, b2), aBroker(102, b1), aBroker(103, b2), aBroker(104, b1), ...controllers]
    const spec = aSpec({
      topology: 'dedicated',
      brokers: { count: 4, volumeGiB: 100 },
      availabilityZones: ['az-1', 'az-2'],
    })
    const found = plan('4.3.1', { cluster: { ...combined, spec }, brokers })
    expect(found).toMatchObject({ operation: 'upgradeKafka', restarts: 7, blockers: [] })
    expect(found.phases).toMatchObject([{ kind: 'upgradeKafka', nodes: [1, 2, 3, 102, 104, 101, 103], restarts: 7 }])
    expect(found.changes).toEqual([{ pointer: '/kafkaVersion', from: '3.7.1', to: '4.3.1' }])
    expect(found.estimateSeconds).toBeGreaterThan(0)
  })

  it('warns of what it means for combined nodes and for old clients, and of partitions that nothing can spare', () => {
    const partition = { partition: 0, leader: 1, replicas: [1], isr: [1] }
    const topics = {
      topics: [{ name: 'alone', internal: false, partitions: [partition] }],
      minInSync: () => 1,
      ownMinInSync: new Set(''),
    }
    const words = plan('4.3.1', { known: { ...facts, topics } }).warnings.join('\n')
    for (const part of ['broker and controller at once', 'clients of release 2.1', 'finalised', 'alone-0'])
      expect(words).toContain(part)
    expect(plan('3.9.2').warnings.join()).not.toContain('2.1')
  })

  it('is refused where the release does not know a key, or refuses a value, and both are named', () => {
    const config = { 'log.message.timestamp.difference.max.ms': '1000', 'log.segment.bytes': '500000' }
    const cluster = { ...combined, spec: { ...combined.spec, config } }
    expect(plan('3.9.2', { cluster }).blockers).toEqual([])
    expect(plan('4.3.1', { cluster }).blockers).toEqual([
      expect.objectContaining({ code: 'INVALID_FIELD', pointer: '/config/log.message.timestamp.difference.max.ms' }),
      expect.objectContaining({ code: 'INVALID_FIELD', pointer: '/config/log.segment.bytes' }),
    ])
  })

  it('is refused where Kafka has a broker registered that nobody knows', () => {
    const registered = (ids: PlanFacts['registeredBrokers']) =>
      plan('4.3.1', { known: { ...facts, registeredBrokers: ids } }).blockers
    expect(registered([1, 2, 3, 107])).toEqual([
      expect.objectContaining({ code: 'STALE_REGISTRATION', detail: expect.stringContaining('107') }),
    ])
    expect(registered([1, 2, 3])).toEqual([])
    expect(registered('unknown')).toEqual([])
  })

  it('is refused once its support has ended, and the way back to such a one is not', () => {
    const known = { now: Date.UTC(2031, 0, 1) }
    expect(plan('3.9.2', { known }).blockers).toEqual([expect.objectContaining({ code: 'VERSION_NOT_SUPPORTED' })])
    expect(plan('3.7.1', { known, cluster: at('3.9.2') }).blockers).toEqual([])
  })

  it('goes by itself: a plan with other work is refused, one with labels is not', () => {
    const brokers = { ...combined.spec.brokers, volumeGiB: 200 }
    expect(plan('3.9.2', { patch: { brokers } }).blockers).toEqual([
      expect.objectContaining({ code: 'CHANGE_NOT_SUPPORTED', pointer: '/kafkaVersion' }),
    ])
    expect(plan('3.9.2', { patch: { labels: { team: 'a' } } })).toMatchObject({
      operation: 'upgradeKafka',
      blockers: [],
    })
  })
})

describe('the way back', () => {
  it('is open until something is finalised that the older release does not know', () => {
    expect(plan('3.7.1', { cluster: at('3.9.2') })).toMatchObject({
      operation: 'upgradeKafka',
      restarts: 3,
      blockers: [],
    })
    const finalised = at('3.9.2', { featureLevels: levelsOfRelease('3.9.2') })
    const [blocker, ...others] = plan('3.7.1', { cluster: finalised }).blockers
    expect([blocker?.code, others]).toEqual(['UPGRADE_NOT_ALLOWED', []])
    expect(blocker?.detail).toContain('metadata.version 21')
  })

  it('is closed for a cluster that was never at the older release', () => {
    const { featureLevels: _, ...unsaid } = at('4.3.1')
    expect(plan('3.9.2', { cluster: unsaid }).blockers).toEqual([
      expect.objectContaining({ code: 'UPGRADE_NOT_ALLOWED' }),
    ])
  })
})

describe('an upgrade that was left in the middle', () => {
  const mixed = [
    aBroker(1, { kafkaVersion: '3.9.2' }),
    aBroker(2, { kafkaVersion: '3.7.1' }),
    aBroker(3, { kafkaVersion: '3.7.1', orderedVersion: '3.9.2' }),
  ]

  it('is finished by naming the release that is ordered, and taken back by naming the other one', () => {
    expect(plan('3.9.2', { cluster: at('3.9.2'), brokers: mixed })).toMatchObject({
      operation: 'upgradeKafka',
      phases: [{ nodes: [2, 3] }],
    })
    expect(plan('3.7.1', { cluster: at('3.9.2'), brokers: mixed })).toMatchObject({
      operation: 'upgradeKafka',
      phases: [{ nodes: [1, 3] }],
    })
  })

  it('is no change where every node runs what is ordered', () => {
    const { operation, phases } = plan('3.7.1')
    expect([operation, phases]).toEqual([undefined, []])
  })

  it('takes no configuration that one of the releases does not know', () => {
    const half = at('4.3.1')
    const brokers = [aBroker(1, { kafkaVersion: '4.3.1' }), aBroker(2, { kafkaVersion: '3.7.1' })]
    const wanted = { ...half.spec, config: { 'group.share.heartbeat.interval.ms': '5000' } }
    const { blockers } = planChange(half, brokers, wanted, facts)
    expect(blockers).toEqual([
      expect.objectContaining({
        code: 'INVALID_FIELD',
        detail: expect.stringContaining('Nodes 2 still run Kafka 3.7.1'),
      }),
    ])
  })
})
