import { THROTTLE_RATES, THROTTLED_REPLICAS } from '../../../shared/ports/kafka-moves.ts'
import { type KafkaData, type Move, type ServingBroker, sizeOf } from './kafka-data.ts'

/** What a broker gives or takes of replicas that are not throttled, in bytes per second. */
const UNTHROTTLED_BYTES_PER_SECOND = 250e6

/** A replica that is being copied from one broker to another. */
interface Copy {
  readonly move: Move
  readonly to: number
  readonly from: number
}

/**
 * Copies on until the next replica is whole, or until `now`, and answers when that is. Each broker shares what it may give
 * and take evenly among the copies at hand; a copy goes at the lower of both. One whose brokers are down stands still.
 */
export function copiedUntil(data: KafkaData, brokers: readonly ServingBroker[], now: number): number {
  // What came up in between has copied since then only.
  const upAt = new Map(brokers.map(({ nodeId, upAt: since }) => [nodeId, since]))
  const copies = copiesOf(data, new Set(brokers.flatMap(({ nodeId, inSync }) => (inSync ? nodeId : []))), upAt)
  const since = (copy: Copy) => Math.max(upAt.get(copy.to) ?? 0, upAt.get(copy.from) ?? 0)
  const going = copies.filter((copy) => since(copy) <= data.movedAt)
  const next = Math.min(now, ...copies.filter((copy) => since(copy) > data.movedAt).map(since))
  const rates = going.map((copy) => Math.min(share(data, going, copy, 'from'), share(data, going, copy, 'to')))
  const left = ({ move, to }: Copy) => sizeOf(data, move.topic, move.partition) - (move.copied.get(to) ?? 0)
  const ends = going.map((copy, index) => data.movedAt + (left(copy) / (rates[index] ?? 1)) * 1000)
  const until = Math.min(next, ...ends)
  for (const [index, copy] of going.entries()) {
    const bytes = ((until - data.movedAt) / 1000) * (rates[index] ?? 0)
    // What is due to end now is whole, whatever the arithmetic of parts of a byte says.
    const gained = (ends[index] ?? 0) <= until ? left(copy) : bytes
    copy.move.copied.set(copy.to, (copy.move.copied.get(copy.to) ?? 0) + gained)
  }
  return until
}

function copiesOf(data: KafkaData, inSync: ReadonlySet<number>, up: ReadonlyMap<number, number>): readonly Copy[] {
  return [...data.moves.values()].flatMap((move) => {
    const from = move.from.find((nodeId) => inSync.has(nodeId))
    if (from === undefined) return []
    const size = sizeOf(data, move.topic, move.partition)
    return move.adding.flatMap((to) => (up.has(to) && (move.copied.get(to) ?? 0) < size ? [{ move, to, from }] : []))
  })
}

/** What a copy may have of its giver's or its taker's rate. */
function share(data: KafkaData, copies: readonly Copy[], copy: Copy, side: 'from' | 'to'): number {
  const isAlike = isThrottled(data, copy, side)
  const others = copies.filter((each) => each[side] === copy[side] && isThrottled(data, each, side) === isAlike)
  const rate = isAlike ? data.overrides.get(`${copy[side]}/${THROTTLE_RATES[side === 'from' ? 0 : 1]}`) : undefined
  return (rate === undefined ? UNTHROTTLED_BYTES_PER_SECOND : Number(rate)) / others.length
}

function isThrottled(data: KafkaData, copy: Copy, side: 'from' | 'to'): boolean {
  const key = side === 'from' ? THROTTLED_REPLICAS.leaders : THROTTLED_REPLICAS.followers
  const list = data.topicSettings.get(`${copy.move.topic}/${key}`)?.split(',') ?? []
  return list.includes(`${copy.move.partition}:${copy[side]}`)
}
