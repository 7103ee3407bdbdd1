import type { Placement } from '../placement/place-nodes.ts'

/**
 * The node to roll next (kafka-operations §2.6): nodes with the controller role before plain brokers, the active controller
 * last among them, zone by zone within each group so that a fault of a zone meets the fewest replica sets. The leader moves
 * during a roll, so this is asked again before every node.
 */
export function nextToRoll(nodes: readonly Placement[], leaderId: number): Placement | undefined {
  const [next] = nodes.toSorted(
    (a, b) =>
      rank(a, leaderId) - rank(b, leaderId) || (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0) || a.nodeId - b.nodeId,
  )
  return next
}

function rank({ nodeId, roles }: Placement, leaderId: number): number {
  if (!roles.includes('controller')) return 2
  return nodeId === leaderId ? 1 : 0
}
