import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { Trace } from './trace.ts'

/** Lets the time of a world pass; throws what was violated meanwhile, with the trace. */
export interface PassingTime {
  /** Until `done`; throws when it takes longer than the bound. */
  runUntil(done: () => boolean, what: string, boundSeconds?: number): Promise<void>
  /** Until the promise settles. */
  during<T>(promise: Promise<T>): Promise<T>
  pass(seconds: number): Promise<void>
  /** Adds the trace to whatever the check throws. */
  explained(check: () => Promise<void>): Promise<void>
}

/** How far the clock moves between two looks whether the world is where it shall be. */
const LOOK_SECONDS = 1
/** Three hours: longer than any operation may take. */
const BOUND_SECONDS = 3 * 3600

/** Time that passes under a clock; `defects` grows as things happen that must never be. */
export function passingTime(clock: VirtualClock, trace: Trace, defects: readonly unknown[]): PassingTime {
  const told = (thrown: unknown) => new Error(`${String(thrown)}\n${trace.print()}`, { cause: thrown })
  function check(): void {
    if (defects.length > 0) throw told(defects[0])
  }
  async function runUntil(done: () => boolean, what: string, boundSeconds = BOUND_SECONDS): Promise<void> {
    const until = clock.now() + boundSeconds * 1000
    await clock.settle()
    while (!done()) {
      check()
      if (clock.now() >= until) throw told(`not within ${boundSeconds} s: ${what}`)
      await clock.advance(LOOK_SECONDS * 1000)
    }
    check()
  }
  return {
    runUntil,
    during: async (promise) => {
      let settled = false
      const mark = () => {
        settled = true
      }
      promise.then(mark, mark)
      await runUntil(() => settled, 'an answer')
      return promise
    },
    pass: async (seconds) => {
      await clock.advance(seconds * 1000)
      check()
    },
    explained: async (expectations) => {
      try {
        await expectations()
      } catch (thrown) {
        throw told(thrown)
      }
    },
  }
}
