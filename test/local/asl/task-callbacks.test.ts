import { beforeEach, describe, expect, test } from 'vitest'
import type { Invoke } from '../../../local/asl/run.ts'
import { engineFor, machine, secondsOf, thrown, waitingTask } from './harness.ts'

let tokens: string[]
const takeToken: Invoke = async (_, payload) => {
  tokens.push(String(Object(payload).token))
  return null
}
beforeEach(() => {
  tokens = []
})
const lastToken = () => tokens.at(-1) ?? 'none'

async function waiting(definition = machine('T', { T: waitingTask('f') })) {
  const given = engineFor(definition, takeToken)
  await given.engine.start({ stateMachine: 'm', name: 'run', input: {} })
  await given.clock.settle()
  return given
}

describe('a task token', () => {
  test('ends its Task with the output sent', async () => {
    const { engine, clock } = await waiting()
    await engine.sendTaskSuccess(lastToken(), { disk: 'ready' })
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ status: 'SUCCEEDED', output: { disk: 'ready' } })
    expect(engine.history('run').map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ])
  })

  test('fails its Task with the error sent', async () => {
    const { engine, clock } = await waiting()
    await engine.sendTaskFailure(lastToken(), { error: 'DiskFull', cause: 'no space' })
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({
      status: 'FAILED',
      error: 'DiskFull',
      cause: 'no space',
    })
  })

  test('works before the function that got it has answered', async () => {
    let answer = (_: null) => {}
    const { engine, clock } = engineFor(machine('T', { T: waitingTask('f') }), (name, payload) => {
      takeToken(name, payload)
      return new Promise<null>((resolve) => {
        answer = resolve
      })
    })
    await engine.start({ stateMachine: 'm', name: 'run', input: {} })
    await clock.settle()
    await engine.sendTaskSuccess(lastToken(), 1)
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ status: 'SUCCEEDED', output: 1 })
    answer(null)
    await clock.settle()
    expect(engine.history('run').at(-1)?.type).toBe('ExecutionSucceeded')
  })

  test('is refused the second time, and after the execution ended', async () => {
    const { engine, clock } = await waiting(machine('T', { T: waitingTask('f', { Next: 'W' }), W: waitingTask('f') }))
    const token = lastToken()
    await engine.sendTaskSuccess(token, 1)
    await expect(engine.sendTaskSuccess(token, 2)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await clock.settle()
    await expect(engine.sendTaskHeartbeat(token)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await engine.stop('run')
    await expect(engine.sendTaskFailure(token)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await expect(engine.sendTaskFailure(lastToken())).rejects.toMatchObject({ name: 'TaskTimedOut' })
  })

  test('that was never given out is unknown', async () => {
    const { engine } = await waiting()
    const forged = Buffer.from(JSON.stringify(['run', '/0/0', 'guess'])).toString('base64url')
    for (const token of ['', 'nonsense', forged, Buffer.from('["other","/0/0","x"]').toString('base64url')])
      await expect(engine.sendTaskSuccess(token, 1)).rejects.toMatchObject({ name: 'TaskDoesNotExist' })
  })

  test('is new with every retry, and the old one is over', async () => {
    const definition = machine('T', {
      T: waitingTask('f', { TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 5 }] }),
    })
    const { engine, clock } = await waiting(definition)
    await clock.advance(65_000)
    expect(new Set(tokens).size).toBe(2)
    await expect(engine.sendTaskSuccess(tokens[0] ?? '', 1)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await engine.sendTaskSuccess(lastToken(), 2)
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ output: 2 })
  })

  test('of a branch whose sibling failed is over', async () => {
    const branch = (name: string, state: unknown) => ({ StartAt: name, States: { [name]: state } })
    const definition = machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          branch('Waits', waitingTask('f')),
          {
            StartAt: 'Pause',
            States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'F' }, F: { Type: 'Fail', Error: 'X' } },
          },
        ],
        Catch: [{ ErrorEquals: ['X'], Next: 'Rest' }],
        End: true,
      } as never,
      Rest: { Type: 'Wait', Seconds: 100, End: true },
    })
    const { engine, clock } = await waiting(definition)
    await clock.advance(2_000)
    await expect(engine.sendTaskSuccess(lastToken(), 1)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'X' } })
  })
})

describe('the deadlines of a Task', () => {
  const both = machine('T', { T: waitingTask('f', { TimeoutSeconds: 100, HeartbeatSeconds: 30 }) })

  test('end it with States.HeartbeatTimeout when no heartbeat comes', async () => {
    const { engine, clock } = await waiting(both)
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ error: 'States.HeartbeatTimeout' })
    expect(secondsOf(engine.history('run'), 'TaskTimedOut')).toEqual([30])
  })

  test('end it with States.Timeout although heartbeats come', async () => {
    const { engine, clock } = await waiting(both)
    for (let beat = 0; beat < 4; beat++) {
      await clock.advance(20_000)
      await engine.sendTaskHeartbeat(lastToken())
    }
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ error: 'States.Timeout' })
    expect(secondsOf(engine.history('run'), 'TaskTimedOut')).toEqual([100])
  })

  test('count the heartbeat from the last one sent', async () => {
    const { engine, clock } = await waiting(both)
    await clock.advance(25_000)
    await engine.sendTaskHeartbeat(lastToken())
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ error: 'States.HeartbeatTimeout' })
    expect(secondsOf(engine.history('run'), 'TaskTimedOut')).toEqual([55])
  })

  test('can be expressions', async () => {
    const definition = machine('T', { T: waitingTask('f', { TimeoutSeconds: '{% $states.input.limit * 2 %}' }) })
    const { engine, clock } = engineFor(definition, takeToken)
    await engine.start({ stateMachine: 'm', name: 'run', input: { limit: 21 } })
    await clock.runUntil(engine.ended('run'))
    expect(secondsOf(engine.history('run'), 'TaskTimedOut')).toEqual([42])
  })

  test('leave the answer of a late function without effect', async () => {
    const definition = machine('T', {
      T: {
        ...Object(waitingTask('f')),
        Resource: 'arn:aws:states:::lambda:invoke',
        TimeoutSeconds: 10,
        Arguments: { FunctionName: 'f' },
      },
    })
    let fail = (_: Error) => {}
    const { engine, clock } = engineFor(definition, () => new Promise((_, reject) => (fail = reject)))
    await engine.start({ stateMachine: 'm', name: 'run', input: {} })
    expect(await clock.runUntil(engine.ended('run'))).toMatchObject({ error: 'States.Timeout' })
    fail(thrown('TooLate'))
    await clock.settle()
    expect(engine.history('run').at(-1)?.type).toBe('ExecutionFailed')
  })
})
