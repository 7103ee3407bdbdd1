import { matchesError } from './failure.ts'
import type { Retrier } from './program.ts'
import type { Random } from './random.ts'

/**
 * The Retrier that takes the error, or undefined when none does. The first one that matches decides: when its attempts
 * are used up, no later one is asked. `used` counts the retries each Retrier has given so far.
 */
export function chooseRetrier(
  retriers: readonly Retrier[],
  used: readonly number[],
  error: string | undefined,
): number | undefined {
  const index = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error))
  const retrier = retriers[index]
  return retrier !== undefined && (used[index] ?? 0) < retrier.MaxAttempts ? index : undefined
}

/** What bounds the growth of a Retrier without `MaxDelaySeconds`: the longest interval the service takes. */
const MAX_INTERVAL_SECONDS = 99_999_999

/** How long to wait before the next attempt of a Retrier that has given `used` retries before. */
export function retryDelayMilliseconds(retrier: Retrier, used: number, random: Random): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** used
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? MAX_INTERVAL_SECONDS)
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random.number() : 1))
}
