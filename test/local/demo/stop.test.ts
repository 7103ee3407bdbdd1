import { describe, expect, it } from 'vitest'
import { DemoStopped, unlessStopped, whenStopped } from '../../../local/demo/stop.ts'

const reason = new DemoStopped('Enough.', 130)
const never = () => new Promise<never>(() => undefined)

describe('work that can be stopped', () => {
  it('gives its result or its failure when nothing stops it', async () => {
    const { signal } = new AbortController()
    expect(await unlessStopped(signal, Promise.resolve(7))).toBe(7)
    await expect(unlessStopped(signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('ends with the reason at once, whatever it is doing', async () => {
    const stop = new AbortController()
    const work = unlessStopped(stop.signal, never())
    stop.abort(reason)
    await expect(work).rejects.toBe(reason)
    await expect(unlessStopped(stop.signal, never())).rejects.toBe(reason)
  })
})

it('waits until it is stopped, also when it was stopped before', async () => {
  const stop = new AbortController()
  const waiting = whenStopped(stop.signal)
  stop.abort(reason)
  await waiting
  await whenStopped(stop.signal)
})
