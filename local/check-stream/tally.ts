import type { LogFailure } from './partition-log.ts'

/** How often attempts failed, by kind. */
export interface FailureCount {
  readonly kind: string
  readonly count: number
  /** Whether Kafka's clients are meant to try again by themselves, without a word to the application. */
  readonly retriable: boolean
}

/** Counts failed attempts. */
export interface Tally {
  add(failure: LogFailure): void
  counts(): readonly FailureCount[]
}

/** An empty tally; its list is by frequency. */
export function createTally(): Tally {
  const counts = new Map<string, FailureCount>()
  return {
    add({ kind, effect }) {
      const retriable = effect === 'retry' || effect === 'gone'
      counts.set(kind, { kind, retriable, count: (counts.get(kind)?.count ?? 0) + 1 })
    },
    counts: () => [...counts.values()].toSorted((one, other) => other.count - one.count),
  }
}

/** All failures of that sort together. */
export function total(counts: readonly FailureCount[], retriable: boolean): number {
  return counts.filter((each) => each.retriable === retriable).reduce((sum, { count }) => sum + count, 0)
}

/** The first wait after a failure, Kafka's own `retry.backoff.ms`. */
const FIRST_BACK_OFF_MILLISECONDS = 100

/** No more, or the checker's own waiting would count as the cluster's. */
const MAX_BACK_OFF_MILLISECONDS = 400

/** How long to wait after so many failures in a row. */
export function backOffMilliseconds(failures: number): number {
  return Math.min(MAX_BACK_OFF_MILLISECONDS, FIRST_BACK_OFF_MILLISECONDS * 2 ** Math.max(0, failures - 1))
}
