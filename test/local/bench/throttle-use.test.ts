import { expect, it } from 'vitest'
import { usedOf } from '../../../local/bench/throttle-use.ts'

it('counts as used what comes at 0.8 of the throttle or more, burst and pause together', () => {
  // Full speed for 22 seconds, in bursts every other one; nothing for 22 more.
  const samples = Array.from({ length: 45 }, (_, second) => ({
    at: second * 1000,
    received: 100 * Math.min(22, second + (second % 2)),
  }))
  expect(usedOf(samples, 100)).toEqual({ bytes: 2200, seconds: 44, share: 0.5, mean: 0.5 })
})
