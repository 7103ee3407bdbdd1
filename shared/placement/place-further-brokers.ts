import type { AvailabilityZone } from '../catalogue/zones.ts'
import { FIRST_BROKER_ID, type Placement } from './place-nodes.ts'

/** A cluster that gets further brokers. */
export interface PlacedCluster {
  /** In the order of the spec. */
  readonly zones: readonly AvailabilityZone[]
  /** All that there are, controllers included. */
  readonly nodes: readonly Placement[]
  /** The highest id of those that are gone. */
  readonly highestGoneNodeId?: number | undefined
}

/**
 * Decides ids and zones of brokers that join a dedicated cluster. Each goes where the fewest are, so that zones that were even
 * stay so wherever the count allows it. An id that was ever used is not used again: Kafka keeps what was set for a broker by its
 * id, also when the broker is gone (kafka-operations §2.8).
 */
export function placeFurtherBrokers(
  { zones, nodes, highestGoneNodeId = 0 }: PlacedCluster,
  count: number,
): Placement[] {
  const held = new Map(zones.map((zone) => [zone, 0]))
  for (const { zone, roles } of nodes) {
    const there = held.get(zone)
    if (there !== undefined && roles.includes('broker')) held.set(zone, there + 1)
  }
  const highest = Math.max(FIRST_BROKER_ID - 1, highestGoneNodeId, ...nodes.map(({ nodeId }) => nodeId))
  return Array.from({ length: count }, (_, index): Placement => {
    const [emptiest] = [...held].toSorted(([, a], [, b]) => a - b)
    if (!emptiest) throw new RangeError('a cluster needs at least one availability zone')
    const [zone, there] = emptiest
    held.set(zone, there + 1)
    return { nodeId: highest + 1 + index, roles: ['broker'], zone }
  })
}
