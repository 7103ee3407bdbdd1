import { type MinInSync, unprotectedPartitions } from '../kafka-safety/roll-gates.ts'
import type { TopicView } from '../ports/kafka.ts'

/** The topics of a cluster, and what must be in sync for a write, as Kafka itself says. */
export interface SeenTopics {
  readonly topics: readonly TopicView[]
  readonly minInSync: MinInSync
}

/** Partitions and topics named in a sentence; the number of all of them is said. */
const NAMED = 10

/** A list for a sentence that stays one. */
export function named(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return `${names.slice(0, NAMED).join(', ')}${more}`
}

/** What nothing can protect while these nodes are restarted. */
export function exposedWarnings({ topics, minInSync }: SeenTopics, nodeIds: readonly number[]): readonly string[] {
  const exposed = unprotectedPartitions(topics, minInSync, nodeIds)
  if (exposed.length === 0) return []
  return [
    `${exposed.length} partitions have no replica to spare and will refuse writes while their broker restarts: ${named(exposed)}.`,
  ]
}
