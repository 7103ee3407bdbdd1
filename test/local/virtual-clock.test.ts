import { expect, test } from 'vitest'
import { createVirtualClock } from '../../local/virtual-clock.ts'

test('stands still until it is told to move', async () => {
  const clock = createVirtualClock(1000)
  let awake = false
  const sleep = clock.sleep(500).then(() => {
    awake = true
  })
  await clock.advance(499)
  expect([clock.now(), awake]).toEqual([1499, false])
  await clock.advance(1)
  await sleep
  expect([clock.now(), awake]).toEqual([1500, true])
})

test('wakes sleepers in the order of their times, each at its own time', async () => {
  const clock = createVirtualClock(0)
  const seen: string[] = []
  const sleeper = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds)
    seen.push(`${name} at ${clock.now()}`)
  }
  void sleeper('late', 30)
  void sleeper('early', 10).then(() => sleeper('again', 15))
  await clock.advance(100)
  expect(seen).toEqual(['early at 10', 'again at 25', 'late at 30'])
  expect(clock.now()).toBe(100)
})

test('forgets a sleeper that is aborted, with the reason', async () => {
  const clock = createVirtualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(10, abort.signal)
  abort.abort('enough')
  await expect(sleep).rejects.toBe('enough')
  await expect(clock.sleep(10, abort.signal)).rejects.toBe('enough')
  expect(clock.sleeping()).toBe(0)
})

test('moves by itself as far as needed for what is waited for', async () => {
  const clock = createVirtualClock(0)
  const outcome = async () => {
    await clock.sleep(3_600_000)
    await clock.sleep(1)
    return 'done'
  }
  expect(await clock.runUntil(outcome())).toBe('done')
  expect(clock.now()).toBe(3_600_001)
})

test('says so when nothing could wake what is waited for', async () => {
  const clock = createVirtualClock()
  await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('nothing is left')
})
