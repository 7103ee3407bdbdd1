import { describe, expect, test } from 'vitest'
import { matchesError } from '../../../local/asl/failure.ts'
import { machine, runToEnd, task, thrown, waitingTask } from './harness.ts'

const done = { Type: 'Pass', End: true }

describe('error names', () => {
  test.each([
    ['States.ALL', 'Anything', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.QueryEvaluationError', true],
    ['States.ALL', undefined, true],
    ['States.ALL', 'States.Runtime', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.Runtime', 'States.Runtime', true],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.TaskFailed', 'Anything', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['Busy', 'busy', false],
  ])('%s against %s is %s', (name, error, matches) => {
    expect(matchesError([name], error)).toBe(matches)
  })
})

describe('a Catcher', () => {
  test('leads on with the error and the report that Lambda makes of it', async () => {
    const definition = machine('T', { T: task('f', { Catch: [{ ErrorEquals: ['Broken'], Next: 'C' }] }), C: done })
    const { end } = await runToEnd(definition, {}, () => Promise.reject(thrown('Broken', 'no disk')))
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Broken', Cause: expect.any(String) } })
    const { Cause } = Object(end.output)
    expect(JSON.parse(Cause)).toEqual({ errorType: 'Broken', errorMessage: 'no disk', trace: expect.any(Array) })
  })

  test('has its own Output and Assign, which see the input and the error', async () => {
    const definition = machine('T', {
      T: task('f', {
        Catch: [
          { ErrorEquals: ['Other'], Next: 'C' },
          {
            ErrorEquals: ['States.ALL'],
            Next: 'C',
            Assign: { why: '{% $states.errorOutput.Error %}' },
            Output: '{% $merge([$states.input, {"caught": true}]) %}',
          },
        ],
      }),
      C: { Type: 'Pass', Output: { why: '{% $why %}', input: '{% $states.input %}' }, End: true },
    })
    const { end } = await runToEnd(definition, { id: 7 }, () => Promise.reject(thrown('Broken')))
    expect(end.output).toEqual({ why: 'Broken', input: { id: 7, caught: true } })
  })

  test('is asked only when the Retriers have given up', async () => {
    let calls = 0
    const definition = machine('T', {
      T: task('f', {
        Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['Busy'], Next: 'C' }],
      }),
      C: done,
    })
    const { end } = await runToEnd(definition, {}, () => {
      calls++
      return Promise.reject(thrown('Busy'))
    })
    expect([calls, end.status]).toEqual([3, 'SUCCEEDED'])
  })

  test('takes a failed evaluation of the Output of its state', async () => {
    const definition = machine('T', {
      T: task('f', {
        Output: '{% $states.result.Payload.missing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'C', Output: 'caught' }],
      }),
      C: done,
    })
    const { end, history } = await runToEnd(definition, {}, async () => ({}))
    expect(end.output).toBe('caught')
    expect(history.map(({ type }) => type)).toContain('EvaluationFailed')
  })

  test('of a Map takes the error of an iteration, and of a Parallel that of a branch', async () => {
    const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'why' } } }
    const states = (outer: object) => ({
      Outer: { ...outer, Catch: [{ ErrorEquals: ['Inner'], Next: 'C' }], End: true },
      C: done,
    })
    const map = await runToEnd(machine('Outer', states({ Type: 'Map', Items: [1, 2], ItemProcessor: failing })))
    const parallel = await runToEnd(machine('Outer', states({ Type: 'Parallel', Branches: [failing] })))
    expect(map.end.output).toEqual({ Error: 'Inner', Cause: 'why' })
    expect(parallel.end.output).toEqual({ Error: 'Inner', Cause: 'why' })
  })
})

describe('limits', () => {
  const long = 'x'.repeat(262_143)

  test('a result of more than 256 KiB fails the Task, and States.ALL does not take it', async () => {
    const definition = machine('T', { T: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] }), C: done })
    const { end } = await runToEnd(definition, {}, async () => long)
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
  })

  test('an output of more than 256 KiB fails the state', async () => {
    const definition = machine('P', {
      P: { Type: 'Pass', Output: '{% $states.input.text & $states.input.text %}', End: true },
    })
    const { end } = await runToEnd(definition, { text: 'x'.repeat(140_000) })
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
  })

  test('an input of more than 256 KiB does not start', async () => {
    await expect(runToEnd(machine('P', { P: done }), long)).rejects.toMatchObject({ name: 'InvalidExecutionInput' })
  })

  test('the time limit of the definition ends the execution', async () => {
    const definition = machine('T', { T: waitingTask('f') }, { TimeoutSeconds: 90 })
    const { end } = await runToEnd(definition, {}, async () => null)
    expect(end).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' })
    expect(Date.parse(end.stopDate ?? '') - Date.parse(end.startDate)).toBe(90_000)
  })

  test('the 25,000 events of a history end a loop that never would', async () => {
    const definition = machine('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })
    const { end, history } = await runToEnd(definition)
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
    expect(history).toHaveLength(25_000)
  })
})
