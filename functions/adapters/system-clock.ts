import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../shared/ports/clock.ts'

/** The wall clock of the machine a function runs on. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw error
    }),
}
