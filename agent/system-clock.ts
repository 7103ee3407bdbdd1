import { setTimeout as timer } from 'node:timers/promises'
import type { Clock } from '../shared/ports/clock.ts'

/** The wall clock of the host. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await timer(milliseconds, undefined, signal === undefined ? {} : { signal })
  },
}
