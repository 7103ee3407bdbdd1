import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../../../shared/planner/rebalance/layout-of.ts'
import type { TopicView } from '../../../../shared/ports/kafka.ts'
import type { ReplicaSize } from '../../../../shared/ports/kafka-moves.ts'
import type { BrokerRecord } from '../../../../shared/records/cluster.ts'

const ZONES = ['az-1', 'az-2', 'az-3'] as const

const node = (nodeId: number, roles: BrokerRecord['roles'] = ['broker']): BrokerRecord => ({
  nodeId,
  roles,
  zone: ZONES[(nodeId - 1) % 3] ?? 'az-1',
  status: 'Active',
  health: 'Healthy',
  volumeGiB: 2,
  updatedAt: '2026-11-22T10:00:00.000Z',
})
const nodes = [node(1), node(2), node(3), node(9, ['controller'])]

const topic = (replicas: readonly number[], leader = replicas[0] ?? -1): readonly TopicView[] => [
  { name: 'orders', internal: false, partitions: [{ partition: 0, leader, replicas, isr: replicas }] },
]
const size = (bytes: number, isFuture = false): ReplicaSize => ({ topic: 'orders', partition: 0, bytes, isFuture })

describe('the layout of a cluster', () => {
  it('has its brokers with their volumes and no controller, and marks those that leave', () => {
    const { brokers } = layoutOf(nodes, [2], { topics: [], moving: [], sizes: new Map() })
    expect(brokers).toEqual(
      [1, 2, 3].map((nodeId) => ({
        nodeId,
        zone: `az-${nodeId}`,
        capacityBytes: 2 * 1024 ** 3,
        leaving: nodeId === 2,
      })),
    )
  })

  it('takes the size of a partition from its leader, and where that cannot be asked from whoever has most', () => {
    const sizes = new Map([
      [1, [size(70), size(999, true)]],
      [2, [size(50)]],
    ])
    const seen = (replicas: readonly number[], of: typeof sizes) =>
      layoutOf(nodes, [], { topics: topic(replicas), moving: [], sizes: of }).partitions
    expect(seen([1, 2], sizes)).toMatchObject([{ replicas: [1, 2], sizeBytes: 70 }])
    expect(seen([3, 2], sizes)).toMatchObject([{ sizeBytes: 70 }])
    expect(seen([3], new Map())).toMatchObject([{ sizeBytes: 0 }])
  })

  it('counts a partition that is being moved where it is going', () => {
    const moving = [{ topic: 'orders', partition: 0, replicas: [3, 2, 1], adding: [3], removing: [1] }]
    const { partitions } = layoutOf(nodes, [], { topics: topic([3, 2, 1], 1), moving, sizes: new Map() })
    expect(partitions).toMatchObject([{ replicas: [3, 2] }])
  })

  it('leaves out what cannot be copied or stands where no broker of the cluster is, and names it', () => {
    const { partitions, unmovable } = layoutOf(nodes, [], {
      topics: [...topic([1, 2], -1), ...topic([1, 7]).map((lost) => ({ ...lost, name: 'lost' }))],
      moving: [],
      sizes: new Map(),
    })
    expect(partitions).toEqual([])
    expect(unmovable).toEqual(['orders-0', 'lost-0'])
  })
})
