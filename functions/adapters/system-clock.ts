import type { Clock } from '../../shared/ports/clock.ts'

/** The longest delay a Node timer takes; a longer one would fire at once, so longer sleeps are made of several. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1

/** The wall clock of the machine that a function, or the control plane on one machine, runs on. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    const wakeAt = Date.now() + milliseconds
    for (let left = milliseconds; left > 0; left = wakeAt - Date.now())
      await timer(Math.min(left, MAX_TIMER_MILLISECONDS), signal)
    signal?.throwIfAborted()
  },
}

function timer(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timeout)
      reject(signal?.reason)
    }
    const timeout = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
