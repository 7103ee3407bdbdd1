import { randomUUID } from 'node:crypto'

/** Where chance comes from: `$random`, `$uuid`, `$shuffle`, retry jitter and task tokens. A simulation passes a seeded one. */
export interface Random {
  /** At least 0, less than 1. */
  number(): number
  uuid(): string
}

/** Real chance. */
export const systemRandom: Random = { number: () => Math.random(), uuid: () => randomUUID() }

/** Chance that is the same every time. */
export interface SeededRandom extends Random {
  /** The seed of what is still to come. */
  seed(): number
}

/** The same numbers for the same seed (mulberry32, a 32-bit generator good enough to vary simulations). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (digits: number) =>
    Math.floor(number() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  const variant = () => '89ab'.charAt(Math.floor(number() * 4))
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-${variant()}${hex(3)}-${hex(8)}${hex(4)}`
  return { number, uuid, seed: () => state }
}
