import type { ErrorCode } from '../errors/catalogue.ts'
import type { QuorumView, TopicView } from '../ports/kafka.ts'

/** Why Kafka may not be started on an empty volume now, and what the operation fails with when that stays so. */
export interface ClosedGate {
  readonly code: ErrorCode
  readonly reason: string
}

/** Partitions named in a reason; the number of all of them is said. */
const NAMED_PARTITIONS = 50

/**
 * A controller without its log may vote only while a majority without it holds all that was ever committed: with three
 * voters, both others. Else it and one that lags could elect a leader that has forgotten something (kafka-operations §5.8).
 */
export function closedVoterGate(
  { leaderId, voters }: QuorumView,
  controllers: readonly number[],
  nodeId: number,
): ClosedGate | undefined {
  const others = controllers.filter((id) => id !== nodeId)
  const isWhole = (id: number) =>
    voters.some((voter) => voter.nodeId === id && voter.caughtUp && voter.hasCommitted) && leaderId >= 0
  const behind = others.filter((id) => !isWhole(id))
  if (behind.length === 0) return undefined
  return {
    code: 'QUORUM_AT_RISK',
    reason: `Controller ${nodeId} has lost its log. Before it votes again all others must hold what was committed; ${
      leaderId < 0 ? 'they have no leader' : `not yet: ${behind.join(', ')}`
    }.`,
  }
}

/**
 * A broker without its replicas may come back only where each of their partitions has another one in sync: Kafka would make
 * the empty one the leader, and the others would cut their logs to match (kafka-operations §5.8). Where the loss is
 * accepted, what has no other replica in sync does not count. A replica that Kafka still counts as in sync is waited for.
 */
export function closedReplicaGate(
  topics: readonly TopicView[],
  nodeId: number,
  acceptDataLoss: boolean,
): ClosedGate | undefined {
  const held = topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ replicas }) => replicas.includes(nodeId))
      .map(({ partition, isr }) => ({ name: `${name}-${partition}`, isr })),
  )
  const isLast = ({ isr }: { readonly isr: readonly number[] }) => isr.every((id) => id === nodeId)
  const lost = held.filter(isLast)
  if (lost.length > 0 && !acceptDataLoss) {
    return {
      code: 'DATA_LOSS_NOT_ACCEPTED',
      reason: `${lost.length} partitions have no other replica in sync, and an empty broker ${nodeId} would lose their records: ${named(lost)}.`,
    }
  }
  const counted = held.filter((partition) => !isLast(partition) && partition.isr.includes(nodeId))
  if (counted.length === 0) return undefined
  return {
    code: 'DATA_LOSS_NOT_ACCEPTED',
    reason: `Kafka still counts broker ${nodeId}, whose replicas are gone, as in sync on ${counted.length} partitions: ${named(counted)}.`,
  }
}

function named(partitions: readonly { readonly name: string }[]): string {
  const names = partitions.slice(0, NAMED_PARTITIONS).map(({ name }) => name)
  const more = partitions.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
