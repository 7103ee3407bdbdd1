import type { PlanBlocker } from '../contract/plan.ts'
import { MIN_IN_SYNC } from '../kafka/config-change.ts'
import { named } from './exposed-partitions.ts'
import type { SeenKafkaTopics } from './facts.ts'

/** What must be in sync for a write once the cluster's own value is this; topics that set it themselves keep theirs. */
export function minInSyncAfter(
  seen: SeenKafkaTopics,
  sets: Readonly<Record<string, string>>,
): (topic: string) => number {
  const wanted = sets[MIN_IN_SYNC]
  return (topic) => (wanted === undefined || seen.ownMinInSync.has(topic) ? seen.minInSync(topic) : Number(wanted))
}

/**
 * A larger `min.insync.replicas` of the cluster holds for every topic that has none of its own, also for those that were made
 * long before. One that would have no replica to spare would block each later restart, or refuse all writing at once.
 */
export function noSpareReplicaBlockers(
  seen: SeenKafkaTopics,
  sets: Readonly<Record<string, string>>,
): readonly PlanBlocker[] {
  const after = minInSyncAfter(seen, sets)
  const struck = seen.topics.filter(({ name, partitions }) => {
    const [now, then] = [seen.minInSync(name), after(name)]
    return then > now && partitions.some(({ replicas }) => replicas.length <= then)
  })
  if (struck.length === 0) return []
  const names = named(struck.map(({ name }) => name))
  return [
    {
      code: 'NO_SPARE_REPLICA',
      pointer: `/config/${MIN_IN_SYNC}`,
      detail: `${MIN_IN_SYNC} ${sets[MIN_IN_SYNC]} would hold for ${struck.length} topics that have no more replicas than that, so that the restart of one broker would stop all writing to them: ${names}. Give them a ${MIN_IN_SYNC} of their own, or more replicas, first.`,
    },
  ]
}
