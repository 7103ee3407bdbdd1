import { expect, test } from 'vitest'
import { steadyPace } from '../../../local/check-stream/pace.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'

const scene = () => {
  const clock = createVirtualClock(0)
  const stopping = new AbortController()
  return { clock, stopping, pace: steadyPace(clock, 1000, 100, stopping.signal) }
}

test('lets each record go when it is due, and not before', async () => {
  const { clock, pace } = scene()
  for (const [number, at] of [1000, 1100, 1200].entries()) {
    expect([await clock.runUntil(pace.due(number)), clock.now()]).toEqual([1, at])
  }
})

test('keeps due what could not go in time, all of it at once', async () => {
  const { clock, pace } = scene()
  await clock.advance(1950)
  expect(await pace.due(0)).toBe(10)
  expect(await pace.due(7)).toBe(3)
  expect([await clock.runUntil(pace.due(10)), clock.now()]).toEqual([1, 2000])
})

test('has nothing due any more once it was stopped, not even what was late', async () => {
  const { clock, stopping, pace } = scene()
  await clock.advance(5000)
  const waiting = pace.due(100)
  stopping.abort()
  expect([await waiting, await pace.due(0)]).toEqual([0, 0])
})
