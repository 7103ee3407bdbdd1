import { describe, expect, test } from 'vitest'
import type { Json } from '../../../shared/ports/store.ts'
import { engineFor, machine, runToEnd, task, waitingTask } from './harness.ts'

const pause = machine('W', { W: { Type: 'Wait', Seconds: 60, End: true } })
const start = (input: Json = { id: 1 }) => ({ stateMachine: 'm', name: 'op_1-1', input })

describe('starting an execution', () => {
  test('again with the same name and input while it runs gives the same execution', async () => {
    const { engine, clock } = engineFor(pause)
    const first = await engine.start(start())
    await clock.advance(10_000)
    expect(await engine.start(start())).toEqual(first)
    await clock.runUntil(engine.ended('op_1-1'))
    expect(engine.history('op_1-1').filter(({ type }) => type === 'ExecutionStarted')).toHaveLength(1)
  })

  test('again with another input, or after it ended, is refused', async () => {
    const { engine, clock } = engineFor(pause)
    await engine.start(start())
    await expect(engine.start(start({ id: 2 }))).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
    await clock.runUntil(engine.ended('op_1-1'))
    await expect(engine.start(start())).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  })

  test('of an unknown state machine or under an impossible name is refused', async () => {
    const { engine } = engineFor(pause)
    await expect(engine.start({ ...start(), stateMachine: 'x' })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    })
    for (const name of ['', 'a b', 'a/b', 'x'.repeat(81)])
      await expect(engine.start({ ...start(), name })).rejects.toMatchObject({ name: 'InvalidName' })
  })

  test('keeps its input although the caller changes the object', async () => {
    const { engine, clock } = engineFor(pause)
    const input = { id: 1 }
    await engine.start(start(input))
    input.id = 2
    expect(await clock.runUntil(engine.ended('op_1-1'))).toMatchObject({ output: { id: 1 } })
  })
})

describe('stopping an execution', () => {
  test('aborts it with the reason, and what its functions answer later is ignored', async () => {
    let answer = (_: number) => {}
    const { engine, clock } = engineFor(
      machine('T', { T: task('f') }),
      () =>
        new Promise<number>((resolve) => {
          answer = resolve
        }),
    )
    await engine.start(start())
    await clock.settle()
    await engine.stop('op_1-1', { error: 'Cancelled', cause: 'by the tenant' })
    expect(await engine.ended('op_1-1')).toMatchObject({
      status: 'ABORTED',
      error: 'Cancelled',
      cause: 'by the tenant',
    })
    answer(1)
    await clock.settle()
    expect(engine.history('op_1-1').at(-1)).toMatchObject({ type: 'ExecutionAborted' })
    expect(clock.sleeping()).toBe(0)
  })

  test('does nothing when it has ended, and is refused when it never was', async () => {
    const { engine, clock } = engineFor(pause)
    await engine.start(start())
    await clock.runUntil(engine.ended('op_1-1'))
    await engine.stop('op_1-1')
    expect(engine.describe('op_1-1').status).toBe('SUCCEEDED')
    await expect(engine.stop('other')).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' })
  })
})

describe('closing the engine', () => {
  test('stops its timers and leaves executions to be resumed', async () => {
    const { engine, clock, journal } = engineFor(pause)
    await engine.start(start())
    await clock.advance(20_000)
    await engine.close()
    expect(clock.sleeping()).toBe(0)
    const next = engineFor(pause, undefined, { journal, clock }).engine
    expect(await next.resumeAll()).toEqual(['op_1-1'])
    const end = await clock.runUntil(next.ended('op_1-1'))
    expect(Date.parse(end.stopDate ?? '') - Date.parse(end.startDate)).toBe(60_000)
  })

  test('tells whoever waits for an end', async () => {
    const { engine } = engineFor(pause)
    await engine.start(start())
    const ended = engine.ended('op_1-1')
    await Promise.all([engine.close(), expect(ended).rejects.toMatchObject({ name: 'ExecutionClosed' })])
  })
})

test('an execution keeps the definition it was started with', async () => {
  const { engine, clock, journal } = engineFor(pause)
  await engine.start(start())
  await engine.close()
  const changed = machine('W', { W: { Type: 'Fail', Error: 'Changed' } })
  const next = engineFor(changed, undefined, { journal, clock }).engine
  await next.resumeAll()
  expect(await clock.runUntil(next.ended('op_1-1'))).toMatchObject({ status: 'SUCCEEDED' })
})

test('a token works after a restart, also before the execution is resumed, and deadlines stay', async () => {
  const tokens: string[] = []
  const definition = machine('T', {
    T: waitingTask('f', { TimeoutSeconds: 100, HeartbeatSeconds: 40, Next: 'U' }),
    U: waitingTask('f', { HeartbeatSeconds: 40 }),
  })
  const given = engineFor(definition, async (_, payload) => {
    tokens.push(String(Object(payload).token))
    return null
  })
  const { clock, journal } = given
  await given.engine.start(start())
  await clock.advance(30_000)
  await given.engine.sendTaskHeartbeat(tokens[0] ?? '')
  await given.engine.close()
  await clock.advance(30_000)

  const second = engineFor(definition, async (_, payload) => tokens.push(String(Object(payload).token)), {
    journal,
    clock,
  })
  await second.engine.sendTaskSuccess(tokens[0] ?? '', 1)
  await second.engine.resumeAll()
  await clock.advance(10_000)
  expect(tokens).toHaveLength(2)
  await second.engine.close()
  await clock.advance(100_000)

  const third = engineFor(definition, async () => null, { journal, clock })
  await expect(third.engine.sendTaskSuccess(tokens[1] ?? '', 1)).rejects.toMatchObject({ name: 'TaskTimedOut' })
  await third.engine.resumeAll()
  expect(await clock.runUntil(third.engine.ended('op_1-1'))).toMatchObject({ error: 'States.HeartbeatTimeout' })
})

test('a history lists the events of the service and their ids count without gaps', async () => {
  const { history } = await runToEnd(
    machine('A', {
      A: { Type: 'Wait', Seconds: 1, Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: false, Next: 'C' }], Default: 'C' },
      C: { Type: 'Succeed' },
    }),
  )
  expect(history.map(({ id, type }) => `${id} ${type}`)).toEqual([
    '1 ExecutionStarted',
    '2 WaitStateEntered',
    '3 WaitStateExited',
    '4 ChoiceStateEntered',
    '5 ChoiceStateExited',
    '6 SucceedStateEntered',
    '7 SucceedStateExited',
    '8 ExecutionSucceeded',
  ])
})

test('the context object tells execution, state machine and state', async () => {
  const { end } = await runToEnd(machine('A', { A: { Type: 'Pass', Output: '{% $states.context %}', End: true } }), {
    x: 1,
  })
  expect(end.output).toEqual({
    Execution: {
      Id: expect.stringContaining(':execution:m:run'),
      Name: 'run',
      Input: { x: 1 },
      RoleArn: expect.any(String),
      StartTime: end.startDate,
      RedriveCount: 0,
    },
    StateMachine: { Id: expect.stringContaining(':stateMachine:m'), Name: 'm' },
    State: { Name: 'A', EnteredTime: end.startDate, RetryCount: 0 },
  })
})

test('a Lambda Task sees the answer as the optimised integration gives it', async () => {
  const { end } = await runToEnd(machine('T', { T: task('f', { Output: '{% $states.result %}' }) }), {}, async () => ({
    ok: true,
  }))
  expect(end.output).toEqual({ ExecutedVersion: '$LATEST', Payload: { ok: true }, StatusCode: 200 })
})

test('two executions do not disturb each other', async () => {
  const { engine, clock } = engineFor(machine('T', { T: task('f') }), async (_, payload) => payload)
  for (const name of ['a', 'b']) await engine.start({ stateMachine: 'm', name, input: name })
  await clock.settle()
  expect(['a', 'b'].map((name) => engine.describe(name).output)).toEqual(['a', 'b'])
})
