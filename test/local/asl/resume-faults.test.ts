import { describe, expect, test } from 'vitest'
import { createMemoryJournal, type Journal } from '../../../local/asl/journal.ts'
import { seededRandom } from '../../../local/asl/random.ts'
import type { Invoke } from '../../../local/asl/run.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import { machine, task, thrown } from './harness.ts'
import { immortal, live, mortal } from './mortal.ts'

/** Chance and time in variables, evaluations that fail by chance, an iteration that fails beside a slow one. */
const workflow = machine('Draw', {
  Draw: { Type: 'Pass', Assign: { id: '{% $uuid() %}', at: '{% $millis() %}' }, Next: 'Try' },
  Try: task('try', {
    Output: '{% $random() < 0.7 ? $error("unlucky") : $states.result.Payload %}',
    Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 50, BackoffRate: 1 }],
    Next: 'Each',
  }),
  Each: {
    Type: 'Map',
    Items: ['slow', 'broken'],
    ItemProcessor: {
      StartAt: 'Call',
      States: {
        Call: task('{% $states.context.Map.Item.Value %}', { Arguments: { FunctionName: '{% $states.input %}' } }),
      },
    },
    Catch: [{ ErrorEquals: ['Broken'], Next: 'Both' }],
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Slow', States: { Slow: task('slow branch') } },
      { StartAt: 'Broken', States: { Broken: task('broken') } },
    ],
    Catch: [{ ErrorEquals: ['Broken'], Next: 'Tell' }],
    Next: 'Tell',
  },
  Tell: task('tell', { Arguments: { FunctionName: 'tell', Payload: { id: '{% $id %}', at: '{% $at %}' } } }),
})

/** An engine's processes on one journal: each draws other chances, and the time goes on. */
function createProcesses(journal: Journal) {
  const clock = createVirtualClock()
  /** Calls of work that the journal had given up. */
  const vainCalls: string[] = []
  let born = 0
  const invoke: Invoke = async (name, payload) => {
    const has = (type: string) => journal.events('run').some((event) => event.type === type)
    if (name === 'slow' && has('MapIterationFailed')) vainCalls.push(name)
    if (name === 'slow branch' && has('ParallelStateFailed')) vainCalls.push(name)
    await clock.sleep(name.startsWith('slow') ? 60_000 : 5_000)
    if (name === 'broken') throw thrown('Broken')
    return payload
  }
  const run = (process: ReturnType<typeof mortal>) =>
    live(process, { definition: workflow, input: {}, invoke, clock, random: seededRandom(++born) })
  return { run, vainCalls }
}

/** What must hold of a finished run, whatever happened on the way. */
function check(journal: Journal, vainCalls: readonly string[]): void {
  const events = journal.events('run')
  const drawn = events.find(({ details }) => details.name === 'Draw' && 'output' in details)?.details.assignedVariables
  expect(journal.execution('run')?.end).toMatchObject({ type: 'ExecutionSucceeded', output: drawn })
  expect(vainCalls).toEqual([])
  const count = (type: string) => events.filter((event) => event.type === type).length
  expect(count('EvaluationFailed')).toBe(count('RetryScheduled'))
  expect(count('MapIterationFailed')).toBe(1)
}

describe('a faulty execution that is killed', { timeout: 90_000 }, () => {
  test('after any one write stays with what it drew, what it failed and what it gave up', async () => {
    const reference = createMemoryJournal()
    const whole = createProcesses(reference)
    expect(await whole.run(immortal(reference))).toBe('ended')
    check(reference, whole.vainCalls)
    for (let alive = 1; alive < reference.events('run').length; alive++) {
      const journal = createMemoryJournal()
      const processes = createProcesses(journal)
      expect(await processes.run(mortal(journal, alive, 'the write'))).toBe('killed')
      expect(await processes.run(immortal(journal)), `killed after write ${alive}`).toBe('ended')
      check(journal, processes.vainCalls)
    }
  })

  test('after every single write still ends', async () => {
    const journal = createMemoryJournal()
    const processes = createProcesses(journal)
    for (let lives = 1; (await processes.run(mortal(journal, 1, 'the write'))) === 'killed'; lives++)
      expect(lives).toBeLessThan(1000)
    check(journal, processes.vainCalls)
  })
})
