import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createProgress, writeAccount } from '../../../local/check-stream/write-account.ts'

/** A record each 100 ms, from 1000 on. */
const pace = { dueAt: (number: number) => 1000 + number * 100 }

describe('the longest time without an acknowledgement', () => {
  test('does not count the pause of a slow pace, in which nothing was due', () => {
    const account = writeAccount(pace, createProgress())
    for (let number = 0; number < 10; number++) {
      account.acknowledged({ from: number, to: number + 1 }, pace.dueAt(number) + 5)
    }
    expect(account.longestGap()).toEqual({ milliseconds: 5, from: 1000 })
  })

  test('begins when a record was due, or with the last acknowledgement if that was later', () => {
    const account = writeAccount(pace, createProgress())
    account.acknowledged({ from: 0, to: 1 }, 1010)
    account.acknowledged({ from: 1, to: 2 }, 1900)
    expect(account.longestGap()).toEqual({ milliseconds: 800, from: 1100 })
    account.acknowledged({ from: 2, to: 9 }, 2750)
    expect(account.longestGap()).toEqual({ milliseconds: 850, from: 1900 })
  })

  test('goes on to the very end when records are given up', () => {
    const account = writeAccount(pace, createProgress())
    account.abandoned({ from: 0, to: 1 }, 5000)
    expect(account.longestGap()).toEqual({ milliseconds: 4000, from: 1000 })
    expect(account.acknowledgedRanges()).toEqual([])
    expect(account.abandonedSet.has(0)).toBe(true)
  })
})

test('counts the latency of each record from when it was due, also of those that had to wait for their turn', () => {
  const progress = createProgress()
  writeAccount(pace, progress).acknowledged({ from: 0, to: 10 }, 2000)
  expect(progress.latencyMilliseconds()).toEqual({ p50: 500, p99: 1000, max: 1000 })
})

test('gives the percentiles of many latencies within a thousandth, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 300 }), (latencies) => {
      const progress = createProgress()
      for (const latency of latencies) progress.acknowledged(latency)
      const sorted = latencies.toSorted((a, b) => a - b)
      const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0
      expect(Math.abs(progress.latencyMilliseconds().p99 - p99)).toBeLessThanOrEqual(p99 / 1000 + 1)
    }),
  )
})

test('rejects who waits for more than there will be', async () => {
  const progress = createProgress()
  const ended = new AbortController()
  const waiting = progress.more(2, ended.signal)
  progress.acknowledged(1)
  ended.abort()
  await expect(waiting).rejects.toThrow('the check ended with 1 records acknowledged, before 2 were')
})
