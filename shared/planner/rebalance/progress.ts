import type { MovesProgressRecord } from '../../records/rebalance.ts'
import type { JudgedMoves } from './judge-moves.ts'

/** How far one partition under way has come: what is left to copy to all that take it, and what they have. */
export interface MeasuredMove {
  readonly name: string
  readonly leftBytes: number
  readonly copiedBytes: number
}

/** What is copied while nobody looks may be noise up to here. */
const NOTICEABLE_BYTES = 1024 * 1024

/** A gap between two looks that is longer is one in which nobody looked: it is not held against the moves. */
const LONGEST_GAP_SECONDS = 120

/** How much a new measurement counts for what is told of the speed. */
const NEWEST_SHARE = 0.4

/** The record of how far the moves are, after another look at `at` (RFC 3339); the sizes are those of partitions under way. */
export function progressAfter(
  before: MovesProgressRecord,
  judged: JudgedMoves | undefined,
  measured: readonly MeasuredMove[],
  at: string,
): MovesProgressRecord {
  const seconds = Math.max(0, (Date.parse(at) - Date.parse(before.lookedAt)) / 1000)
  const gapSeconds = Math.min(seconds, LONGEST_GAP_SECONDS)
  // Who does not answer is no further than before.
  if (!judged) return { ...before, lookedAt: at, idleSeconds: before.idleSeconds + gapSeconds }
  const ended = [...judged.done, ...judged.vanished]
  const bytesOf = new Map(judged.inFlight.map(({ topic, partition, bytes }) => [`${topic}-${partition}`, bytes]))
  const copied = measured.reduce((sum, { name, copiedBytes }) => sum + Math.min(copiedBytes, bytesOf.get(name) ?? 0), 0)
  const bytesDone = Math.round(ended.reduce((sum, { bytes }) => sum + bytes, 0) + copied)
  const isFurther =
    ended.length > before.partitionsDone ||
    measured.some(({ name, leftBytes }) => {
      const least = before.leastLeft[name]
      return least === undefined || leftBytes <= least - NOTICEABLE_BYTES
    })
  const leastLeft = Object.fromEntries(
    measured.map(({ name, leftBytes }) => {
      const least = before.leastLeft[name] ?? Number.POSITIVE_INFINITY
      // Only what can be noticed lowers the mark: many small steps are progress, too.
      return [name, leftBytes <= least - NOTICEABLE_BYTES ? leftBytes : Math.min(least, Number.MAX_SAFE_INTEGER)]
    }),
  )
  return {
    ...before,
    partitionsDone: ended.length,
    bytesDone,
    passedOver: judged.passedOver.length,
    ...speedAfter(before, bytesDone, seconds),
    lookedAt: at,
    idleSeconds: isFurther ? 0 : before.idleSeconds + gapSeconds,
    leastLeft,
  }
}

function speedAfter(
  { bytesDone: before, bytesPerSecond: lately }: MovesProgressRecord,
  bytesDone: number,
  seconds: number,
): { bytesPerSecond?: number } {
  if (seconds < 1 || seconds > LONGEST_GAP_SECONDS) return lately === undefined ? {} : { bytesPerSecond: lately }
  const speed = Math.max(0, bytesDone - before) / seconds
  return { bytesPerSecond: Math.round(lately === undefined ? speed : lately + (speed - lately) * NEWEST_SHARE) }
}
