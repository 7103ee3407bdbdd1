import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../local/asl/random.ts'
import { chooseRetrier, retryDelayMilliseconds } from '../../../local/asl/retry.ts'
import { machine, runToEnd, secondsOf, task, thrown } from './harness.ts'

const retrier = {
  ErrorEquals: ['A'],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  JitterStrategy: 'NONE' as const,
}

describe('a Retrier', () => {
  test('waits for an interval that grows by its back-off rate', async () => {
    const definition = machine('T', {
      T: task('f', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 3 }] }),
    })
    const { end, history } = await runToEnd(definition, {}, () => Promise.reject(thrown('Busy')))
    expect(secondsOf(history, 'TaskScheduled')).toEqual([0, 3, 9, 21])
    expect(end).toMatchObject({ status: 'FAILED', error: 'Busy' })
  })

  test('retries three times after 1, 2 and 4 seconds when nothing else is said', async () => {
    const definition = machine('T', { T: task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }] }) })
    const { history } = await runToEnd(definition, {}, () => Promise.reject(thrown('Busy')))
    expect(secondsOf(history, 'TaskScheduled')).toEqual([0, 1, 3, 7])
  })

  test('never waits longer than MaxDelaySeconds', () => {
    const capped = { ...retrier, MaxDelaySeconds: 5 }
    expect([0, 1, 2, 3, 50].map((used) => retryDelayMilliseconds(capped, used, seededRandom(1)))).toEqual([
      1000, 2000, 4000, 5000, 5000,
    ])
  })

  test('with full jitter waits for a random part of the interval', () => {
    const jittered = { ...retrier, IntervalSeconds: 100, JitterStrategy: 'FULL' as const }
    const delays = Array.from({ length: 200 }, (_, seed) => retryDelayMilliseconds(jittered, 0, seededRandom(seed)))
    expect(Math.min(...delays)).toBeLessThan(10_000)
    expect(Math.max(...delays)).toBeGreaterThan(90_000)
    expect(delays.every((delay) => delay >= 0 && delay <= 100_000)).toBe(true)
  })

  test('counts its own attempts, whatever other Retriers did in between', async () => {
    const errors = ['A', 'B', 'A', 'B', 'A']
    const definition = machine('T', {
      T: task('f', {
        Retry: [
          { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2 },
          { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 5, BackoffRate: 1 },
        ],
      }),
    })
    const { end, history } = await runToEnd(definition, {}, () => Promise.reject(thrown(errors.shift() ?? 'none left')))
    expect(secondsOf(history, 'TaskScheduled')).toEqual([0, 1, 11, 13, 23])
    expect(end.error).toBe('A')
  })

  test('that is used up is not helped by a later one', () => {
    const all = { ...retrier, ErrorEquals: ['States.ALL'] }
    expect(chooseRetrier([retrier, all], [3, 0], 'A')).toBeUndefined()
    expect(chooseRetrier([retrier, all], [3, 0], 'B')).toBe(1)
  })

  test('shows the state how often it was retried', async () => {
    let calls = 0
    const definition = machine('T', {
      T: task('f', {
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' },
        Retry: [{ ErrorEquals: ['Busy'] }],
      }),
    })
    const { end } = await runToEnd(definition, {}, async (_, payload) => {
      if (calls++ < 2) throw thrown('Busy')
      return payload
    })
    expect(end.output).toBe(2)
  })
})
