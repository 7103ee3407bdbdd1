import type { Layout } from '../../shared/planner/rebalance/layout.ts'

/** What each broker holds, in bytes. */
export function bytesByBroker({ brokers, partitions }: Layout): ReadonlyMap<number, number> {
  const held = new Map(brokers.map(({ nodeId }) => [nodeId, 0]))
  for (const { replicas, sizeBytes } of partitions)
    for (const nodeId of replicas) held.set(nodeId, (held.get(nodeId) ?? 0) + sizeBytes)
  return held
}

/**
 * What any plan has to copy at least to bring every broker within `tolerance` of its fair share of the bytes: those above
 * must give away what is too much, those below must get what they lack, and the larger sum of the two is copied in any case.
 * Partitions are whole, replicas belong into different zones, and counts are to be even too: so no plan may get there.
 */
export function leastBytes(layout: Layout, tolerance: number): number {
  const held = bytesByBroker(layout)
  const total = [...held.values()].reduce((sum, bytes) => sum + bytes, 0)
  const capacity = layout.brokers.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0)
  let given = 0
  let taken = 0
  for (const { nodeId, capacityBytes } of layout.brokers) {
    const share = (total * capacityBytes) / capacity
    const bytes = held.get(nodeId) ?? 0
    given += Math.max(0, bytes - share * (1 + tolerance))
    taken += Math.max(0, share * (1 - tolerance) - bytes)
  }
  return Math.max(given, taken)
}

/** The bytes that are copied when partitions get these replicas, by `topic-partition`; one that is not named stays. */
export function copiedBytes({ partitions }: Layout, wanted: ReadonlyMap<string, readonly number[]>): number {
  return partitions.reduce((sum, { topic, partition, replicas, sizeBytes }) => {
    const to = wanted.get(`${topic}-${partition}`) ?? replicas
    return sum + sizeBytes * to.filter((nodeId) => !replicas.includes(nodeId)).length
  }, 0)
}

/** The layout when partitions have these replicas. */
export function afterMoves(layout: Layout, wanted: ReadonlyMap<string, readonly number[]>): Layout {
  const partitions = layout.partitions.map((spot) => ({
    ...spot,
    replicas: wanted.get(`${spot.topic}-${spot.partition}`) ?? spot.replicas,
  }))
  return { ...layout, partitions }
}

/** How much the fullest broker has of what it would have if all had the same: 1 is even. */
export function fullest(layout: Layout): number {
  const held = [...bytesByBroker(layout).values()]
  return Math.max(...held) / (held.reduce((sum, bytes) => sum + bytes, 0) / held.length)
}
