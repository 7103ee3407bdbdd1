import { createHistogram } from 'node:perf_hooks'
import type { Pace } from './pace.ts'
import { type Range, type RangeSet, rangeSet } from './range-set.ts'
import type { Gap } from './report.ts'

/** What became of the records that one producer wrote to one partition. */
export interface WriteAccount {
  /** These are about to go out for the first time. */
  sending(range: Range): void
  acknowledged(range: Range, now: number): void
  /** Given up: nobody knows whether they were written. */
  abandoned(range: Range, now: number): void
  /** How many numbers were ever sent; a reader can see no other. */
  readonly sent: () => number
  readonly acknowledgedRanges: () => readonly Range[]
  readonly abandonedSet: RangeSet
  readonly longestGap: () => Gap
}

/** An account of one stream, which also tells the progress of all streams. */
export function writeAccount(pace: Pick<Pace, 'dueAt'>, progress: Progress): WriteAccount {
  const acknowledged = rangeSet()
  const abandoned = rangeSet()
  let sent = 0
  let lastAcknowledgedAt = Number.NEGATIVE_INFINITY
  let longest: Gap = { milliseconds: 0, from: pace.dueAt(0) }

  const waited = (number: number, now: number): void => {
    const from = Math.max(lastAcknowledgedAt, pace.dueAt(number))
    if (now - from > longest.milliseconds) longest = { milliseconds: now - from, from }
  }
  return {
    sending({ to }) {
      sent = to
    },
    acknowledged(range, now) {
      waited(range.from, now)
      lastAcknowledgedAt = now
      acknowledged.add(range)
      for (let number = range.from; number < range.to; number++) progress.acknowledged(now - pace.dueAt(number))
    },
    abandoned(range, now) {
      waited(range.from, now)
      abandoned.add(range)
    },
    sent: () => sent,
    acknowledgedRanges: acknowledged.ranges,
    abandonedSet: abandoned,
    longestGap: () => longest,
  }
}

/** What all streams together have achieved. */
export interface Progress {
  acknowledged(latencyMilliseconds: number): void
  readonly count: () => number
  readonly latencyMilliseconds: () => { readonly p50: number; readonly p99: number; readonly max: number }
  /** Resolves when so many more are acknowledged; rejects when the signal comes first. */
  more(count: number, ended: AbortSignal): Promise<void>
}

/** A fresh progress; latencies are kept in a histogram, whose size does not depend on their number. */
export function createProgress(): Progress {
  const latencies = createHistogram()
  const waiting = new Set<{ readonly target: number; readonly done: () => void }>()
  let count = 0
  return {
    acknowledged(latencyMilliseconds) {
      count++
      // The histogram takes whole numbers from 1 on.
      latencies.record(Math.max(1, Math.round(latencyMilliseconds)))
      for (const waiter of waiting) if (count >= waiter.target) waiter.done()
    },
    count: () => count,
    latencyMilliseconds: () =>
      count === 0
        ? { p50: 0, p99: 0, max: 0 }
        : { p50: latencies.percentile(50), p99: latencies.percentile(99), max: latencies.max },
    more: (more, ended) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(waiter)
          ended.removeEventListener('abort', onEnd)
        }
        const onEnd = (): void => {
          leave()
          reject(new Error(`the check ended with ${count} records acknowledged, before ${waiter.target} were`))
        }
        const waiter = {
          target: count + more,
          done: () => {
            leave()
            resolve()
          },
        }
        waiting.add(waiter)
        if (ended.aborted) onEnd()
        else ended.addEventListener('abort', onEnd, { once: true })
      }),
  }
}
