import { DomainError } from '../errors/domain-error.ts'
import type { Needed } from '../ports/ports.ts'
import { TransactionConflict } from '../ports/store.ts'

/**
 * How often a read-decide-commit round is tried before giving up. Sixty brokers that change at once lose at most a few
 * rounds each to the others, because every round lets at least one of them through.
 */
const MAX_ROUNDS = 60

/** The longest pause between two rounds, in milliseconds; the pause grows with the rounds and is drawn at random. */
const MAX_PAUSE_MILLISECONDS = 100

/** Runs a read-decide-commit round until its guards hold. The round must read everything anew each time. */
export async function retryConflicts<T>(ports: Needed<'clock' | 'ids'>, round: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await round()
    } catch (thrown) {
      if (!(thrown instanceof TransactionConflict)) throw thrown
      if (count === MAX_ROUNDS) {
        throw new DomainError('STORE_CONTENTION', 'The record is being changed by too many others; try again.', {
          cause: thrown,
        })
      }
      const [byte = 0] = ports.ids.bytes(1)
      await ports.clock.sleep((byte / 255) * Math.min(MAX_PAUSE_MILLISECONDS, 2 * count))
    }
  }
}
