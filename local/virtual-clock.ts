import type { Clock } from '../shared/ports/clock.ts'

/** A clock that stands still until it is told to move: hours of workflow time pass in milliseconds of a test. */
export interface VirtualClock extends Clock {
  /** How many sleepers wait for a later time. */
  sleeping(): number
  /** Moves the time forward, waking every sleeper on the way at its own time and in order. */
  advance(milliseconds: number): Promise<void>
  /** Lets everything that needs no time run until nothing moves any more. */
  settle(): Promise<void>
  /** Moves the time to the next sleeper again and again until `outcome` settles; rejects when nothing could wake it. */
  runUntil<T>(outcome: Promise<T>): Promise<T>
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * Turns of the event loop that count as "nothing moves any more". One turn drains all microtasks; the rest is for work
 * that hops through the event loop (streams, `setImmediate`) without waiting for anything outside the process.
 */
const IDLE_TURNS = 3

/** A virtual clock that shows `startAt` (milliseconds since the epoch) at first. */
export function createVirtualClock(startAt: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startAt
  const sleepers = new Set<Sleeper>()

  function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (milliseconds <= 0) return resolve()
      const leave = () => {
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        leave()
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        at: now + milliseconds,
        wake: () => {
          leave()
          resolve()
        },
      }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < IDLE_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  function earliest(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper
    return first
  }

  async function advance(milliseconds: number): Promise<void> {
    const until = now + milliseconds
    await settle()
    for (let next = earliest(); next !== undefined && next.at <= until; next = earliest()) {
      now = next.at
      next.wake()
      await settle()
    }
    now = until
  }

  async function runUntil<T>(outcome: Promise<T>): Promise<T> {
    let settled = false
    const mark = () => {
      settled = true
    }
    outcome.then(mark, mark)
    await settle()
    while (!settled) {
      const next = earliest()
      if (next === undefined) throw new Error('nothing is left that could wake what is waited for')
      await advance(next.at - now)
    }
    return outcome
  }

  return { now: () => now, sleep, sleeping: () => sleepers.size, advance, settle, runUntil }
}
