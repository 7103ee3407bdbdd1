import type { Clock } from '../shared/ports/clock.ts'

/** Wakes one sleeping loop before its time; a ring while nobody sleeps is kept for the next sleep. */
export interface Bell {
  ring(): void
  /** Resolves at a ring, after `milliseconds`, or when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
}

/** A bell whose sleeps are on the given clock. */
export function createBell(clock: Clock): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(milliseconds, signal) {
      if (!rung && !signal.aborted && milliseconds > 0) {
        const woken = new AbortController()
        wake = () => woken.abort()
        await clock.sleep(milliseconds, AbortSignal.any([signal, woken.signal])).catch(() => undefined)
        wake = undefined
      }
      rung = false
    },
  }
}
