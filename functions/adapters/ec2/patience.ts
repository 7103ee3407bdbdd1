import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'

/** How long one call of the fleet looks by itself, in seconds, before it gives the word back to the workflow. */
const CALL_SECONDS = 25

/** The pause between two looks: the states of EC2 change within seconds, and every look counts against a rate. */
const PAUSE_MILLISECONDS = 1500

/** The time that one call of the fleet has, for all that it waits for. */
export interface Patience {
  /** Looks until `look` finds something; NOT_YET with what is missing once the call has no more time. */
  until<T>(missing: string, look: () => Promise<T | undefined>): Promise<T>
}

/** Starts the time of one call. */
export function patience(clock: Pick<Clock, 'now' | 'sleep'>): Patience {
  const end = clock.now() + CALL_SECONDS * 1000
  return {
    async until(missing, look) {
      for (;;) {
        const found = await look()
        if (found !== undefined) return found
        if (clock.now() + PAUSE_MILLISECONDS > end) throw new DomainError('NOT_YET', missing)
        await clock.sleep(PAUSE_MILLISECONDS)
      }
    },
  }
}
