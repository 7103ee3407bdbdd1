import { expect, it } from 'vitest'
import { backOffMilliseconds, callBackOff, jitteredBackOffMilliseconds, restartBackOff } from '../../agent/back-off.ts'

it('doubles from the base up to the cap', () => {
  const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => backOffMilliseconds(restartBackOff, failures) / 1000)
  expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
})

it('spreads hosts that failed together over the upper half of the delay', () => {
  expect(jitteredBackOffMilliseconds(callBackOff, 3, () => 0)).toBe(1000)
  expect(jitteredBackOffMilliseconds(callBackOff, 3, () => 1)).toBe(2000)
})
