import type { ReplicaSpot, ThrottledReplicas } from '../../ports/kafka-moves.ts'
import { type PartitionMove, takersOf } from './plan-rebalance.ts'

/** How much may be under way at once. */
export interface InFlightLimits {
  readonly partitions: number
  /** Of one broker, given or taken: what it copies besides serving its clients. */
  readonly partitionsPerBroker: number
  /**
   * While a broker has less than this to copy it gets more partitions all the same, small ones, so that its throttle does not run
   * dry until somebody looks again. None where absent.
   */
  readonly bytesPerBroker?: number
}

/**
 * Partitions that are moved at once: enough to keep every broker's throttle busy, few enough that a cancellation has little to
 * undo (kafka-operations §5.4, rule 4).
 */
export const IN_FLIGHT: InFlightLimits = { partitions: 50, partitionsPerBroker: 5 }

/** However small they are: Kafka's controller and the throttled replicas of a topic have to cope with them. */
export const MOST_IN_FLIGHT = 500

/**
 * What to begin now, of what is left: whenever a partition is done another one follows, so that no broker idles until a whole batch has
 * ended. The most bytes first among those whose brokers have the least to do, because the largest one begun last would be
 * waited for alone. Moves that copy nothing, a mere change of the order, count as one partition like any other.
 */
export function nextMoves(
  waiting: readonly PartitionMove[],
  inFlight: readonly PartitionMove[],
  limits: InFlightLimits = IN_FLIGHT,
): readonly PartitionMove[] {
  const busy = new Map<number, { partitions: number; bytes: number }>()
  const ofBroker = (nodeId: number) => busy.get(nodeId) ?? { partitions: 0, bytes: 0 }
  const begin = (move: PartitionMove) => {
    for (const nodeId of touched(move)) {
      const { partitions, bytes } = ofBroker(nodeId)
      busy.set(nodeId, { partitions: partitions + 1, bytes: bytes + move.bytes })
    }
  }
  const runsDry = (nodeId: number) => ofBroker(nodeId).bytes < (limits.bytesPerBroker ?? 0)
  for (const move of inFlight) begin(move)
  const largestFirst = waiting.toSorted((a, b) => b.bytes - a.bytes)
  const begun: PartitionMove[] = []
  for (const move of largestFirst) {
    const underWay = inFlight.length + begun.length
    const brokers = touched(move)
    const isDry = brokers.length > 0 && brokers.every(runsDry)
    if (underWay >= MOST_IN_FLIGHT) break
    if (underWay >= limits.partitions && !isDry) continue
    if (!isDry && brokers.some((nodeId) => ofBroker(nodeId).partitions >= limits.partitionsPerBroker)) continue
    begin(move)
    begun.push(move)
  }
  return begun
}

/** The brokers between which data is copied: those that take a replica, and the preferred leader, which gives it. */
function touched(move: PartitionMove): readonly number[] {
  const taking = takersOf(move)
  return taking.length === 0 ? [] : [...taking, ...move.from.slice(0, 1)]
}

/**
 * How long the moves take at least, in seconds, when every broker gives and takes at most so many bytes a second: the
 * broker with the most to do decides.
 */
export function leastSeconds(moves: readonly PartitionMove[], throttleBytesPerSecond: number): number {
  const taken = new Map<number, number>()
  const given = new Map<number, number>()
  const add = (to: Map<number, number>, nodeId: number, bytes: number) => to.set(nodeId, (to.get(nodeId) ?? 0) + bytes)
  for (const move of moves) {
    const taking = takersOf(move)
    for (const nodeId of taking) add(taken, nodeId, move.bytes / taking.length)
    for (const nodeId of move.from.slice(0, 1)) add(given, nodeId, move.bytes)
  }
  return Math.max(0, ...taken.values(), ...given.values()) / throttleBytesPerSecond
}

/**
 * The throttled replicas of the topics that are moved: all that have the partition now may give it, and only the new ones take
 * it, so that ordinary followers are not slowed down (kafka-operations §5.4, rule 3; `ReassignPartitionsCommand`).
 */
export function throttledReplicas(moves: readonly PartitionMove[]): readonly ThrottledReplicas[] {
  const byTopic = Map.groupBy(moves, ({ topic }) => topic)
  return [...byTopic].flatMap(([topic, ofTopic]) => {
    const spots = (nodeIds: (move: PartitionMove) => readonly number[]): readonly ReplicaSpot[] =>
      ofTopic.flatMap((move) => nodeIds(move).map((nodeId) => ({ partition: move.partition, nodeId })))
    const followers = spots(takersOf)
    return followers.length === 0 ? [] : [{ topic, leaders: spots(({ from }) => from), followers }]
  })
}
