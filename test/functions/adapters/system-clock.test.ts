import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../functions/adapters/system-clock.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('sleeps longer than one timer of the machine can', async () => {
  const start = systemClock.now()
  const days = 60 * 86_400_000
  let awake = 0
  const sleep = systemClock.sleep(days).then(() => {
    awake = systemClock.now() - start
  })
  await vi.advanceTimersByTimeAsync(days - 1)
  expect(awake).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  await sleep
  expect(awake).toBe(days)
})

test('leaves no timer behind when a sleep is aborted', async () => {
  const abort = new AbortController()
  const sleep = systemClock.sleep(1000, abort.signal)
  abort.abort('enough')
  await expect(sleep).rejects.toBe('enough')
  expect(vi.getTimerCount()).toBe(0)
})

test('rejects at once when the signal has aborted before', async () => {
  await expect(systemClock.sleep(0, AbortSignal.abort('before'))).rejects.toBe('before')
})
