import type { QuorumView, TopicView } from '../ports/kafka.ts'

/** Whether a node may be stopped now, and if not, why; a gate is asked again right before each stop. */
export type Gate = { readonly open: true } | { readonly open: false; readonly reason: string }

const OPEN: Gate = { open: true }
const closed = (reason: string): Gate => ({ open: false, reason })

/** The topic's own `min.insync.replicas`, as Kafka would apply it. */
export type MinInSync = (topic: string) => number

/**
 * Whether a broker may be stopped without taking a partition below its `min.insync.replicas`: the rule of Strimzi's
 * KafkaAvailability (kafka-operations §2.4). A partition with no more replicas than that minimum cannot be protected at
 * all and does not block; `unprotectedPartitions` lists those, for a warning before the roll begins.
 */
export function brokerGate(topics: readonly TopicView[], minInSync: MinInSync, nodeId: number): Gate {
  for (const { name, partitions } of topics) {
    const minimum = minInSync(name)
    for (const { partition, replicas, isr } of partitions) {
      if (!replicas.includes(nodeId) || replicas.length <= minimum) continue
      if (isr.length < minimum)
        return closed(`${name}-${partition} has ${isr.length} of ${minimum} replicas in sync already.`)
      if (isr.length === minimum && isr.includes(nodeId)) {
        return closed(
          `${name}-${partition} has just its minimum of ${minimum} replicas in sync, broker ${nodeId} among them.`,
        )
      }
    }
  }
  return OPEN
}

/**
 * Whether a controller may be stopped without losing the quorum: enough of the other voters have caught up (Strimzi's
 * KafkaQuorumCheck, kafka-operations §2.5). With three voters both others must have.
 */
export function controllerGate({ leaderId, voters }: QuorumView, nodeId: number): Gate {
  if (leaderId < 0) return closed('The quorum has no leader.')
  if (voters.length === 1) return OPEN
  const caughtUp = voters.filter((voter) => voter.nodeId !== nodeId && voter.caughtUp).length
  const needed = voters.length === 2 ? 1 : Math.floor((voters.length + 2) / 2)
  return caughtUp >= needed
    ? OPEN
    : closed(`Only ${caughtUp} of the other controllers have caught up; ${needed} are needed.`)
}

/** Partitions that will be without a leader, or refuse writes, while one of these brokers is down. */
export function unprotectedPartitions(
  topics: readonly TopicView[],
  minInSync: MinInSync,
  nodeIds: readonly number[],
): readonly string[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partition, replicas }) =>
      replicas.length <= minInSync(name) && replicas.some((id) => nodeIds.includes(id)) ? [`${name}-${partition}`] : [],
    ),
  )
}

/** Partitions whose replica on this broker is not in sync: while there is one, the broker is not back (kafka-operations §2.3). */
export function laggingPartitions(topics: readonly TopicView[], nodeId: number): readonly string[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partition, replicas, isr }) =>
      replicas.includes(nodeId) && !isr.includes(nodeId) ? [`${name}-${partition}`] : [],
    ),
  )
}
