import { describe, expect, test } from 'vitest'
import type { Invoke } from '../../../local/asl/run.ts'
import type { Json } from '../../../shared/ports/store.ts'
import { machine, runToEnd, secondsOf, task, thrown } from './harness.ts'

const pauseOf = (seconds: number): Json => ({
  StartAt: 'Pause',
  States: { Pause: { Type: 'Wait', Seconds: seconds, End: true } },
})
const mapOver = (Items: Json, ItemProcessor: Json, more: object = {}): Json => ({
  Type: 'Map',
  Items,
  ItemProcessor,
  End: true,
  ...more,
})

describe('a Map', () => {
  test.each([
    [1, [0, 10, 20, 30, 40]],
    [2, [0, 0, 10, 10, 20]],
    [0, [0, 0, 0, 0, 0]],
    ['{% 1 + 2 %}', [0, 0, 0, 10, 10]],
  ])('with MaxConcurrency %s starts its iterations at %j', async (MaxConcurrency, starts) => {
    const { history } = await runToEnd(machine('M', { M: mapOver([1, 2, 3, 4, 5], pauseOf(10), { MaxConcurrency }) }))
    expect(secondsOf(history, 'MapIterationStarted')).toEqual(starts)
  })

  test('runs at most 40 iterations at once when no limit is set', async () => {
    const { history } = await runToEnd(machine('M', { M: mapOver('{% [1..41] %}', pauseOf(10)) }))
    expect(secondsOf(history, 'MapIterationStarted').filter((second) => second === 0)).toHaveLength(40)
  })

  test('gives its results in the order of its items, whatever ends first', async () => {
    const processor = { StartAt: 'P', States: { P: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } } }
    const { end } = await runToEnd(machine('M', { M: mapOver([30, 10, 20], processor) }))
    expect(end.output).toEqual([30, 10, 20])
  })

  test('shows each iteration its item and index, and reads but keeps to itself the variables', async () => {
    const processor = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { own: '{% $states.context.Map.Item.Index * 10 %}' }, Next: 'B' },
        B: {
          Type: 'Pass',
          Output: { own: '{% $own %}', outer: '{% $outer %}', value: '{% $states.context.Map.Item.Value %}' },
          End: true,
        },
      },
    }
    const { end } = await runToEnd(
      machine('S', {
        S: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'M' },
        M: { ...Object(mapOver(['x', 'y'], processor)), End: undefined, Next: 'E' },
        E: { Type: 'Pass', Output: '{% [$states.input, $exists($own)] %}', End: true },
      }),
    )
    expect(end.output).toEqual([{ own: 0, outer: 'o', value: 'x' }, { own: 10, outer: 'o', value: 'y' }, false])
  })

  test('stops its other iterations when one fails', async () => {
    const started: Json[] = []
    const invoke: Invoke = async (_, payload) => {
      started.push(payload)
      if (payload === 2) throw thrown('Broken')
      return payload
    }
    const processor = {
      StartAt: 'T',
      States: { T: task('f', { Next: 'Pause' }), Pause: { Type: 'Wait', Seconds: 60, Next: 'U' }, U: task('f') },
    }
    const { end, history } = await runToEnd(
      machine('M', { M: mapOver([1, 2, 3], processor, { MaxConcurrency: 2 }) }),
      {},
      invoke,
    )
    expect(end.error).toBe('Broken')
    expect(started).toEqual([1, 2])
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(['MapIterationFailed', 'MapStateFailed']))
  })

  test('is attempted again as a whole', async () => {
    let calls = 0
    const invoke: Invoke = async (_, payload) => {
      if (++calls === 2) throw thrown('Broken')
      return payload
    }
    const processor = { StartAt: 'T', States: { T: task('f') } }
    const { end } = await runToEnd(
      machine('M', { M: mapOver([1, 2], processor, { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Broken'] }] }) }),
      {},
      invoke,
    )
    expect([end.output, calls]).toEqual([[1, 2], 4])
  })

  test('runs one thousand iterations', async () => {
    const processor = { StartAt: 'T', States: { T: task('f') } }
    const { end } = await runToEnd(machine('M', { M: mapOver('{% [1..1000] %}', processor) }), {}, async () => 1)
    expect(end.output).toHaveLength(1000)
  })
})

describe('a Parallel', () => {
  test('runs its branches at the same time, with the same input, and gives a list of their outputs', async () => {
    const branch = (name: string, seconds: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, Output: `{% $states.input.n + ${seconds} %}`, End: true } },
    })
    const { end, startedAt } = await runToEnd(
      machine('P', { P: { Type: 'Parallel', Branches: [branch('A', 30), branch('B', 20)], End: true } }),
      { n: 1 },
    )
    expect(end.output).toEqual([31, 21])
    expect(Date.parse(end.stopDate ?? '') - startedAt).toBe(30_000)
  })

  test('hands its Arguments to the branches', async () => {
    const branch = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }
    const Arguments = { id: '{% $states.input.n %}' }
    const { end } = await runToEnd(
      machine('P', { P: { Type: 'Parallel', Arguments, Branches: [branch], End: true } }),
      { n: 1 },
    )
    expect(end.output).toEqual([{ id: 1 }])
  })
})
