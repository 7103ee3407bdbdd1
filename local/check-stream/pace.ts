import type { Clock } from '../../shared/ports/clock.ts'

/** When the records of a stream are due. */
export interface Pace {
  /** The time at which that record ought to be written. */
  dueAt(number: number): number
  /** Waits until the record is due and tells how many are by then, itself included; 0 when the signal came first. */
  due(next: number): Promise<number>
}

/**
 * A steady pace: a record each `intervalMilliseconds` from `startAt` on. It does not slow down for a cluster that does: what
 * could not be written in time stays due, and its latency counts from then.
 */
export function steadyPace(clock: Clock, startAt: number, intervalMilliseconds: number, stopping: AbortSignal): Pace {
  const dueAt = (number: number): number => startAt + number * intervalMilliseconds
  return {
    dueAt,
    async due(next) {
      const early = dueAt(next) - clock.now()
      try {
        stopping.throwIfAborted()
        if (early > 0) await clock.sleep(early, stopping)
      } catch (error) {
        if (stopping.aborted) return 0
        throw error
      }
      // A clock that woke a little too soon still owes the record it was set for.
      return Math.max(1, Math.floor((clock.now() - startAt) / intervalMilliseconds) - next + 1)
    },
  }
}
