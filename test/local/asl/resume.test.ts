import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../local/asl/engine.ts'
import { createMemoryJournal, type Journal } from '../../../local/asl/journal.ts'
import { seededRandom } from '../../../local/asl/random.ts'
import { createSqliteJournal } from '../../../local/asl/sqlite-journal.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { Json } from '../../../shared/ports/store.ts'
import { machine, task, thrown, waitingTask } from './harness.ts'
import { immortal, live, type Mortal, mortal } from './mortal.ts'

/** A function fails this often before it answers; the Retriers allow one more. */
const FAILURES = 2

const retryBusy = [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: FAILURES + 1, JitterStrategy: 'FULL' }]
const withCount = (step: string) => ({
  FunctionName: step,
  Payload: { of: '{% $states.input %}', retryCount: '{% $states.context.State.RetryCount %}' },
})

/** Tasks, retries, waits, a token, a Map, a Parallel, variables and a Catcher in one workflow. */
const workflow = machine('List', {
  List: task('list', {
    Arguments: withCount('list'),
    Retry: retryBusy,
    Assign: { count: '{% $count($states.result.Payload) %}' },
    Next: 'Hosts',
  }),
  Hosts: {
    Type: 'Map',
    MaxConcurrency: 2,
    ItemSelector: { id: '{% $states.context.Map.Item.Value %}', of: '{% $count %}' },
    ItemProcessor: {
      StartAt: 'Prepare',
      States: {
        Prepare: task('prepare', { Assign: { host: '{% $states.result.Payload.host %}' }, Next: 'Settle' }),
        Settle: { Type: 'Wait', Seconds: 3, Next: 'Boot' },
        Boot: task('boot', { Arguments: withCount('boot'), Retry: retryBusy, Next: 'Name' }),
        Name: { Type: 'Pass', Output: '{% $host %}', End: true },
      },
    },
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Attach', States: { Attach: waitingTask('attach', { TimeoutSeconds: 900, HeartbeatSeconds: 60 }) } },
      { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 20, Next: 'Check' }, Check: task('check') } },
    ],
    Assign: { both: '{% $states.result[0] %}' },
    Next: 'Enough',
  },
  Enough: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $count = 3 and $both.attached %}', Next: 'Break' }],
    Default: 'Bad',
  },
  Bad: { Type: 'Fail', Error: 'Bad' },
  Break: task('break', {
    Catch: [{ ErrorEquals: ['Broken'], Next: 'Done', Assign: { caught: '{% $states.errorOutput.Error %}' } }],
    Next: 'Done',
  }),
  Done: {
    Type: 'Succeed',
    Output: { count: '{% $count %}', both: '{% $both %}', caught: '{% $caught %}', last: '{% $states.input.Error %}' },
  },
})

const RESULT = { count: 3, both: { attached: true }, caught: 'Broken', last: 'Broken' }

/** The workflow's functions and the host that answers its token, living on while engines die. */
function createWorld() {
  const clock = createVirtualClock()
  let engine: Engine | undefined
  const calls: string[] = []

  /** A host: it says once that it lives, then that it is attached, again and again until that is heard. */
  async function answerToken(token: string): Promise<void> {
    await clock.sleep(20_000)
    await engine?.sendTaskHeartbeat(token).catch(() => undefined)
    for (;;) {
      await clock.sleep(20_000)
      try {
        return await engine?.sendTaskSuccess(token, { attached: true })
      } catch (error) {
        if (error instanceof Error && error.name === 'TaskTimedOut') return
      }
    }
  }

  async function invoke(name: string, payload: Json): Promise<Json> {
    calls.push(callOf({ FunctionName: name, Payload: payload }))
    const { retryCount, token, id } = Object(payload)
    if (typeof retryCount === 'number' && retryCount < FAILURES) throw thrown('Busy')
    if (typeof token === 'string') void answerToken(token)
    if (name === 'break') throw thrown('Broken')
    if (name === 'list') return ['a', 'b', 'c']
    return name === 'prepare' ? { host: `host-${id}` } : { of: payload }
  }

  return {
    clock,
    calls,
    live: (mortal: Mortal) => {
      const given = { definition: workflow, input: { n: 1 }, invoke, clock, random: seededRandom(7) }
      return live(mortal, given, (current) => {
        engine = current
      })
    },
  }
}

function callOf(parameters: Json | undefined): string {
  return JSON.stringify(parameters)
}

/** The calls whose answer the journal holds. */
function finishedCalls(journal: Journal): readonly string[] {
  const events = journal.events('run')
  return events
    .filter(({ key, type }) => key.endsWith('/outcome') && type !== 'TaskTimedOut')
    .map(({ key }) => events.find((event) => event.key === key.replace('/outcome', '/scheduled')))
    .map((scheduled) => callOf(scheduled?.details.parameters))
}

function visitsOf(journal: Journal): readonly string[] {
  return journal
    .events('run')
    .filter(({ type }) => type.endsWith('StateEntered'))
    .map(({ details }) => String(details.name))
    .sort()
}

async function undisturbed() {
  const journal = createMemoryJournal()
  const world = createWorld()
  await world.live(immortal(journal))
  return { journal, calls: world.calls }
}

/** Enough to be killed after any write of the run: heartbeats write one event over and are counted by the margin. */
async function writesOf() {
  const { journal } = await undisturbed()
  return journal.events('run').length
}

/** Hundreds of whole workflows run in each of these; a busy machine takes longer than for other unit tests. */
describe('an execution that is killed', { timeout: 90_000 }, () => {
  test('ends well when nothing disturbs it', async () => {
    const { journal, calls } = await undisturbed()
    expect(journal.execution('run')?.end).toMatchObject({ type: 'ExecutionSucceeded', output: RESULT })
    expect(calls).toHaveLength(3 + 3 + 9 + 1 + 1 + 1)
    expect(journal.events('run').length).toBeGreaterThan(100)
  })

  test.each(['the write', 'the next write'] as const)(
    'after any one write, dying at %s, ends in the same way without a finished task invoked again',
    async (diesAt) => {
      const { journal: reference, calls } = await undisturbed()
      const writes = await writesOf()
      for (let alive = 1; alive < writes; alive++) {
        const journal = createMemoryJournal()
        const world = createWorld()
        expect(await world.live(mortal(journal, alive, diesAt))).toBe('killed')
        const finished = finishedCalls(journal)
        const before = world.calls.length
        expect(await world.live(immortal(journal)), `killed after write ${alive}`).toBe('ended')
        const again = world.calls.slice(before).filter((call) => finished.includes(call))
        expect(again, `killed after write ${alive}`).toEqual([])
        expect(journal.execution('run')?.end, `killed after write ${alive}`).toMatchObject({ output: RESULT })
        expect(visitsOf(journal)).toEqual(visitsOf(reference))
        expect(new Set(world.calls)).toEqual(new Set(calls.map((call) => sameToken(call, world.calls))))
      }
    },
  )

  test('after every single write still ends in the same way', async () => {
    const journal = createMemoryJournal()
    const world = createWorld()
    let lives = 1
    while ((await world.live(mortal(journal, 1, 'the write'))) === 'killed' && lives < 1000) lives++
    expect(journal.execution('run')?.end).toMatchObject({ output: RESULT })
    expect(lives).toBeGreaterThan(100)
  })

  test('goes on from a SQLite file opened anew', async () => {
    const writes = await writesOf()
    const folder = mkdtempSync(path.join(tmpdir(), 'weir-asl-'))
    try {
      for (let alive = 1; alive < writes; alive += 15) {
        const file = path.join(folder, `${alive}.sqlite`)
        const world = createWorld()
        const first = new DatabaseSync(file)
        first.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
        expect(await world.live(mortal(createSqliteJournal(first), alive, 'the write'))).toBe('killed')
        first.close()
        const second = new DatabaseSync(file)
        const journal = createSqliteJournal(second)
        const finished = finishedCalls(journal)
        const before = world.calls.length
        expect(await world.live(immortal(journal))).toBe('ended')
        expect(world.calls.slice(before).filter((call) => finished.includes(call))).toEqual([])
        expect(journal.execution('run')?.end, `killed after write ${alive}`).toMatchObject({ output: RESULT })
        second.close()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** The call as another run made it: a token is drawn anew in each run. */
function sameToken(call: string, calls: readonly string[]): string {
  return call.includes('"token"') ? (calls.find((other) => other.includes('"token"')) ?? call) : call
}
