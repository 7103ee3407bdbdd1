import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanFacts } from '../../../shared/planner/facts.ts'
import { planChange } from '../../../shared/planner/plan-change.ts'
import type { PartitionSpot } from '../../../shared/planner/rebalance/layout.ts'
import type { BrokerRecord } from '../../../shared/records/cluster.ts'
import type { LiveLayout } from '../../../shared/state/see-layout.ts'
import { aBroker, aCluster } from '../../workflows/records.ts'
import { aSpec } from '../state/state-fixture.ts'

const GIB = 1024 ** 3
const ZONES = ['az-1', 'az-2', 'az-3'] as const
const zoneOf = (nodeId: number) => ZONES[(nodeId - 101) % 3] ?? 'az-1'
const BROKERS = [101, 102, 103, 104, 105, 106]

const cluster = aCluster({
  status: 'Active',
  health: 'Healthy',
  spec: aSpec({ topology: 'dedicated', brokers: { count: BROKERS.length, volumeGiB: 100 } }),
})
const serving = { status: 'Active', health: 'Healthy' } as const
const nodes: readonly BrokerRecord[] = [
  ...[1, 2, 3].map((nodeId) => aBroker(nodeId, { ...serving, roles: ['controller'] })),
  ...BROKERS.map((nodeId) => aBroker(nodeId, { ...serving, roles: ['broker'], zone: zoneOf(nodeId) })),
]

const spot = (topic: string, replicas: readonly number[], sizeBytes = GIB): PartitionSpot => ({
  topic,
  partition: 0,
  replicas,
  sizeBytes,
})
const layoutOf = (partitions: readonly PartitionSpot[], patch: Partial<LiveLayout> = {}): LiveLayout => ({
  brokers: BROKERS.map((nodeId) => ({ nodeId, zone: zoneOf(nodeId), capacityBytes: 100 * GIB, leaving: false })),
  partitions,
  moving: [],
  unmovable: [],
  ...patch,
})

function plan(layout: LiveLayout | 'unknown' | undefined, patch: Partial<PlanFacts> = {}, given = nodes, count = 3) {
  const facts: PlanFacts = { now: 0, layout, ...patch }
  const wanted = { ...cluster.spec, brokers: { ...cluster.spec.brokers, count } }
  return planChange(cluster, given, wanted, facts)
}
const codes = (made: ReturnType<typeof plan>) => made.blockers.map(({ code }) => code)

describe('fewer brokers', () => {
  it('take the newest of each zone, with what has to be moved, how much that is, and no restart', () => {
    const made = plan(layoutOf([spot('a', [104, 102, 103]), spot('b', [101, 102, 103])]))
    expect(made).toMatchObject({ operation: 'shrinkBrokers', restarts: 0, blockers: [] })
    expect(made.phases).toMatchObject([
      { kind: 'shrinkBrokers', nodes: [106, 105, 104], moves: { partitions: 1, bytes: GIB } },
    ])
    expect(made.changes).toEqual([{ pointer: '/brokers/count', from: 6, to: 3 }])
    expect(made.warnings.join()).toContain('cannot be told')
  })

  it('are those that are named, where every zone keeps the same number', () => {
    const layout = layoutOf([])
    expect(plan(layout, { leaving: [101, 105, 103] }).phases).toMatchObject([{ nodes: [101, 105, 103] }])
    const uneven = plan(layout, { leaving: [101, 104, 103] })
    expect(uneven.phases).toEqual([])
    expect(uneven.blockers).toMatchObject([{ code: 'INVALID_FIELD', pointer: '/brokers/removeNodeIds' }])
    for (const leaving of [
      [104, 105],
      [1, 104, 105],
    ])
      expect(codes(plan(layout, { leaving }))).toEqual(['INVALID_FIELD'])
  })

  it('are refused with the names of topics that have more replicas than brokers would stay', () => {
    const made = plan(layoutOf([spot('wide', [101, 102, 103, 104]), spot('__consumer_offsets', [101, 102, 103, 105])]))
    expect(codes(made)).toEqual(['REPLICAS_WOULD_NOT_FIT'])
    expect(made.blockers[0]?.detail).toContain('2 topics')
    expect(made.blockers[0]?.detail).toContain('wide, __consumer_offsets')
  })

  it('are refused where the volumes that stay have not the room, by what their hosts say', () => {
    const full = [101, 102, 103, 104, 105, 106].map((nodeId) => spot(`t${nodeId}`, [nodeId], 40 * GIB))
    expect(codes(plan(layoutOf(full)))).toEqual(['DISK_WOULD_NOT_FIT'])
    expect(codes(plan(layoutOf(full.slice(0, 5))))).toEqual([])
    const volumes = new Map(
      BROKERS.map((nodeId) => [nodeId, { state: 'Mounted' as const, totalBytes: 100 * GIB, usedBytes: 75 * GIB }]),
    )
    expect(codes(plan(layoutOf(full.slice(0, 5)), { volumes }))).toEqual(['DISK_WOULD_NOT_FIT'])
  })

  it('are refused while a node does not serve, also one that is to leave', () => {
    for (const nodeId of [2, 101, 106]) {
      const down = nodes.map((node) => (node.nodeId === nodeId ? { ...node, health: 'Unavailable' as const } : node))
      const made = plan(layoutOf([]), {}, down)
      expect(codes(made)).toEqual(['NODES_NOT_SERVING'])
      expect(made.blockers[0]?.detail).toContain(`node ${nodeId} `)
    }
  })

  it('are refused while replicas are moved, lag behind what they need, or have no leader', () => {
    const moving = [{ topic: 'a', partition: 0, replicas: [101, 102], adding: [102], removing: [101] }]
    expect(codes(plan(layoutOf([], { moving })))).toEqual(['MOVES_IN_PROGRESS'])
    expect(codes(plan(layoutOf([], { unmovable: ['a-0'] })))).toEqual(['REPLICAS_NOT_IN_SYNC'])
    const partition = { partition: 0, leader: 101, replicas: [101, 102, 103], isr: [101] }
    const topics = {
      topics: [{ name: 'a', internal: false, partitions: [partition] }],
      minInSync: () => 2,
      ownMinInSync: new Set<string>(),
    }
    expect(codes(plan(layoutOf([]), { topics }))).toEqual(['REPLICAS_NOT_IN_SYNC'])
  })

  it('are refused where Kafka does not say what it holds', () => {
    expect(codes(plan('unknown'))).toEqual(['KAFKA_UNAVAILABLE'])
    expect(codes(plan(undefined))).toEqual(['KAFKA_UNAVAILABLE'])
  })

  it('are refused together with other work on brokers', () => {
    const wanted = { ...cluster.spec, brokers: { ...cluster.spec.brokers, count: 3, volumeGiB: 200 } }
    const made = planChange(cluster, nodes, wanted, { now: 0, layout: layoutOf([]) })
    expect(codes(made)).toContain('CHANGE_NOT_SUPPORTED')
  })

  it('are never accepted where a replica would find no broker of its own among those that stay', () => {
    const replicas = fc.uniqueArray(fc.constantFrom(...BROKERS), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(replicas, { maxLength: 20 }), (lists) => {
        const made = plan(layoutOf(lists.map((list, index) => spot(`t${index}`, list))))
        expect(codes(made).includes('REPLICAS_WOULD_NOT_FIT')).toBe(lists.some(({ length }) => length > 3))
      }),
    )
  })
})
