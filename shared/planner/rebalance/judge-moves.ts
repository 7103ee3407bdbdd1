import type { TopicView } from '../../ports/kafka.ts'
import type { MoveView } from '../../ports/kafka-moves.ts'
import { nameOf, targetOf } from './layout-of.ts'
import type { PartitionMove } from './plan-rebalance.ts'

/** Where each move of a list stands, as Kafka tells: nothing else remembers it. */
export interface JudgedMoves {
  readonly done: readonly PartitionMove[]
  readonly inFlight: readonly PartitionMove[]
  readonly waiting: readonly PartitionMove[]
  /** The partition is gone, with its topic: nothing is left to do. */
  readonly vanished: readonly PartitionMove[]
  /** Somebody else has placed the partition otherwise: it is left so. */
  readonly passedOver: readonly PartitionMove[]
}

/** Sorts the moves of a list by what Kafka says of their partitions. */
export function judgeMoves(
  moves: readonly PartitionMove[],
  topics: readonly TopicView[],
  moving: readonly MoveView[],
): JudgedMoves {
  const now = new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partition, replicas }) => [nameOf({ topic, partition }), replicas] as const),
    ),
  )
  const underWay = new Map(moving.map((move) => [nameOf(move), targetOf(move)]))
  const judged = Map.groupBy(moves, (move) => judge(move, now.get(nameOf(move)), underWay.get(nameOf(move))))
  const of = (state: keyof JudgedMoves) => judged.get(state) ?? []
  return {
    done: of('done'),
    inFlight: of('inFlight'),
    waiting: of('waiting'),
    vanished: of('vanished'),
    passedOver: of('passedOver'),
  }
}

/**
 * The same where one look is not enough: brokers learn of the end of a move a moment after the controllers, and until then a
 * partition stands neither where it was nor where it goes. It counts as placed by somebody else once two looks in a row have found
 * it so; `before` names those of the look before.
 */
export function afterTwoLooks(judged: JudgedMoves, before: ReadonlySet<string>): JudgedMoves {
  const isSure = (move: PartitionMove) => before.has(nameOf(move))
  return {
    ...judged,
    inFlight: [...judged.inFlight, ...judged.passedOver.filter((move) => !isSure(move))],
    passedOver: judged.passedOver.filter(isSure),
  }
}

function judge(
  { from, to }: PartitionMove,
  replicas: readonly number[] | undefined,
  target: readonly number[] | undefined,
): keyof JudgedMoves {
  if (replicas === undefined) return 'vanished'
  if (target !== undefined) {
    if (isSameList(target, to)) return 'inFlight'
    return isSameSet(target, from) || isSameSet(target, to) ? 'waiting' : 'passedOver'
  }
  if (isSameList(replicas, to)) return 'done'
  // A move that was cancelled leaves the old replicas in another order.
  return isSameSet(replicas, from) || isSameSet(replicas, to) ? 'waiting' : 'passedOver'
}

const isSameList = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((nodeId, index) => nodeId === other[index])

const isSameSet = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((nodeId) => other.includes(nodeId))
