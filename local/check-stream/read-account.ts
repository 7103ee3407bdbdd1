import { common, type Range, type RangeSet, rangeSet } from './range-set.ts'

/** What one reader saw of one stream: it remembers gaps, not records. */
export interface ReadAccount {
  saw(number: number): void
  /** Tells whether this or a later number was seen: one that is missing before it will not come any more. */
  isPast(number: number): boolean
  /** Which of the acknowledged numbers were not seen. */
  missing(acknowledged: readonly Range[]): readonly Range[]
  readonly duplicated: () => number
  /** Records that came for the first time after a later one. */
  readonly outOfOrder: () => number
}

/**
 * An account that expects 0, 1, 2 and so on. Numbers in `abandoned` were given up without an answer: they may come, late or
 * twice, or never, and prove nothing.
 */
export function readAccount(abandoned: Pick<RangeSet, 'has'>): ReadAccount {
  const gaps = rangeSet()
  let next = 0
  let duplicated = 0
  let outOfOrder = 0
  return {
    saw(number) {
      if (abandoned.has(number)) return
      if (number >= next) {
        gaps.add({ from: next, to: number })
        next = number + 1
      } else if (gaps.has(number)) {
        gaps.remove(number)
        outOfOrder++
      } else {
        duplicated++
      }
    },
    isPast: (number) => number < next,
    missing: (acknowledged) => common(acknowledged, [...gaps.ranges(), { from: next, to: Number.POSITIVE_INFINITY }]),
    duplicated: () => duplicated,
    outOfOrder: () => outOfOrder,
  }
}
