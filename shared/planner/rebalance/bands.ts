import type { Draft, Holder } from './layout.ts'

/** What is spread over the brokers. */
export type Dimension = 'disk' | 'replicas' | 'leaders'

/** How far from its fair share a broker may be without anything being moved, as a part of that share. */
export const TOLERANCE = 0.1

/** A gain below this may be noise of the arithmetic, and a chain of such moves would never end. */
export const LEAST_GAIN = 1e-9

/** Where a broker shall be in a dimension: nothing is moved for the sake of what is already in between. */
export interface Band {
  readonly low: number
  readonly high: number
}

/** The bands of all brokers in all dimensions, for what is spread now. */
export type Bands = (dimension: Dimension, holder: Holder) => Band

/** How much of a dimension a broker has. */
export function loadOf(dimension: Dimension, { bytes, held, leaders }: Holder): number {
  if (dimension === 'disk') return bytes
  return dimension === 'replicas' ? held.length : leaders
}

/**
 * A broker's fair share: of the bytes in proportion to its volume, of replicas and leaders the same as every other. One that
 * leaves gets nothing. Counts are whole, so their bands end at whole numbers.
 */
export function bandsOf(draft: Draft): Bands {
  const staying = draft.holders.filter(({ leaving }) => !leaving)
  const capacity = staying.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0)
  const replicas = draft.replicas.reduce((sum, { length }) => sum + length, 0)
  const bytes = draft.replicas.reduce((sum, { length }, partition) => sum + length * (draft.sizes[partition] ?? 0), 0)
  const even = (total: number): Band => {
    const share = total / Math.max(1, staying.length)
    return { low: Math.floor(share * (1 - TOLERANCE)), high: Math.ceil(share * (1 + TOLERANCE)) }
  }
  const counts = { replicas: even(replicas), leaders: even(draft.replicas.length) }
  return (dimension, { leaving, capacityBytes }) => {
    if (leaving) return { low: 0, high: 0 }
    if (dimension !== 'disk') return counts[dimension]
    const share = (bytes * capacityBytes) / Math.max(1, capacity)
    return { low: share * (1 - TOLERANCE), high: share * (1 + TOLERANCE) }
  }
}

/** How far a load is outside of a band; negative below it. */
export function outside({ low, high }: Band, load: number): number {
  if (load > high) return load - high
  return load < low ? load - low : 0
}

/**
 * What a dimension loses in imbalance when so much goes from one broker to another: positive is better. Squares, so that
 * also what cannot come into its band comes nearer to it; of parts of the share, so that bytes are as exact as counts.
 */
export function gain(bands: Bands, dimension: Dimension, from: Holder, to: Holder, amount: number): number {
  const square = (holder: Holder, change: number) => {
    const band = bands(dimension, holder)
    return (outside(band, loadOf(dimension, holder) + change) / Math.max(1, band.high)) ** 2
  }
  return square(from, 0) + square(to, 0) - square(from, -amount) - square(to, amount)
}
