import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  noProcess as absent,
  afterExit,
  afterMending,
  afterStart,
  afterStopAsked,
  nextAction,
  type ProcessRecord,
} from '../../../agent/process/process-record.ts'
import { PROCESS_STATES } from '../../../shared/host-protocol/report.ts'

const noProcess = absent('boot-1')

const policy = { stopTimeoutMilliseconds: 600_000, killAfterTimeout: false }
const running = { processState: 'Running', restartNonce: 0 } as const
const restarted = { processState: 'Running', restartNonce: 1 } as const
const stopped = { processState: 'Stopped', restartNonce: 0 } as const
const crash = { code: 1, signal: null }

const started = (before: ProcessRecord = noProcess, now = 0, restartNonce = 0): ProcessRecord =>
  afterStart(
    before,
    {
      identity: { processId: 7, startTicks: 70 },
      kafkaVersion: '3.7.1',
      restartNonce,
      logStart: { inode: 1, offset: 0 },
    },
    now,
  )
const serving = (now = 0): ProcessRecord => ({ ...started(noProcess, now), state: 'Running', servingSince: now })

describe('what to do next', () => {
  it('starts what shall run, and nothing else', () => {
    expect(nextAction(noProcess, running, policy, 0)).toEqual({ kind: 'start' })
    expect(nextAction(noProcess, stopped, policy, 0)).toEqual({ kind: 'none' })
    expect(nextAction(serving(), running, policy, 0)).toEqual({ kind: 'none' })
  })

  it('asks a process to end for a stop or a new restart nonce', () => {
    expect(nextAction(serving(), stopped, policy, 0)).toEqual({ kind: 'terminate' })
    expect(nextAction(serving(), restarted, policy, 0)).toEqual({ kind: 'terminate' })
  })

  it('lets a process that shall be stopped run until the moment that was agreed on, and no longer', () => {
    const at = (milliseconds: number) => ({ ...stopped, stopAt: new Date(milliseconds).toISOString() })
    expect(nextAction(serving(), at(18_000), policy, 17_999)).toEqual({ kind: 'wait', until: 18_000 })
    expect(nextAction(serving(), at(18_000), policy, 18_000)).toEqual({ kind: 'terminate' })
    expect(nextAction(serving(), at(18_000), policy, 90_000)).toEqual({ kind: 'terminate' })
    expect(nextAction(noProcess, at(18_000), policy, 0)).toEqual({ kind: 'none' })
  })

  it('asks a process to end at once where the moment is further ahead than any that is agreed on', () => {
    const moment = { ...stopped, stopAt: new Date(120_001).toISOString() }
    expect(nextAction(serving(), moment, policy, 0)).toEqual({ kind: 'terminate' })
  })

  it('starts at once what waited after failures when something was mended', () => {
    const failed = [1, 2, 3, 4].reduce((record, now) => afterExit(started(record, now), crash, now), noProcess)
    expect(nextAction(failed, running, policy, 5)).toMatchObject({ kind: 'wait' })
    const mended = afterMending(failed)
    expect(nextAction(mended, running, policy, 5)).toEqual({ kind: 'start' })
    const again = afterExit(started(mended, 5), crash, 5)
    expect(again).toMatchObject({ state: 'CrashLooping', failures: 1 })
    expect(afterMending(serving())).toEqual(serving())
  })

  it('never restarts a broker in log recovery', () => {
    const recovering: ProcessRecord = { ...started(), state: 'Recovering' }
    expect(nextAction(recovering, restarted, policy, 10 ** 9)).toEqual({ kind: 'none' })
  })

  it('kills a process that does not end only where that is explicitly set', () => {
    const stopping = afterStopAsked(serving(), 1000)
    expect(nextAction(stopping, stopped, policy, 1000)).toEqual({ kind: 'wait', until: 601_000 })
    expect(nextAction(stopping, stopped, policy, 601_000)).toEqual({ kind: 'none' })
    expect(nextAction(stopping, stopped, { ...policy, killAfterTimeout: true }, 601_000)).toEqual({ kind: 'kill' })
  })

  it('never ends a live process by itself, whatever has happened before', () => {
    const livingRecord = fc.record({
      bootId: fc.constant('boot-1'),
      state: fc.constantFrom(...PROCESS_STATES),
      identity: fc.constant({ processId: 7, startTicks: 70 }),
      restartNonce: fc.constant(0),
      exitCount: fc.nat(9),
      failures: fc.nat(9),
    })
    fc.assert(
      fc.property(livingRecord, fc.nat(), (record, now) => {
        expect(nextAction(record, running, policy, now)).toEqual({ kind: 'none' })
      }),
    )
  })
})

describe('an end that nobody asked for', () => {
  it('leads to another start after 1 s, 2 s, 4 s … and never more than 60 s', () => {
    let record = noProcess
    const delays: number[] = []
    for (let now = 0, failure = 0; failure < 9; failure++) {
      record = afterExit(started(record, now), crash, now)
      const action = nextAction(record, running, policy, now)
      if (action.kind !== 'wait') throw new Error(`it does ${action.kind}`)
      delays.push((action.until - now) / 1000)
      now = action.until
      expect(nextAction(record, running, policy, now)).toEqual({ kind: 'start' })
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  })

  it('is a crash loop from the third time on, if Kafka never served', () => {
    let record = noProcess
    const states: string[] = []
    for (let failure = 0; failure < 4; failure++) {
      record = afterExit(started(record), crash, 0)
      states.push(record.state)
    }
    expect(states).toEqual(['BackingOff', 'BackingOff', 'CrashLooping', 'CrashLooping'])
    expect(record).toMatchObject({ exitCount: 4, lastExit: { code: 1, signal: null } })
  })

  it('backs off more each time while Kafka serves for moments only, and anew after it served for a minute', () => {
    const once = afterExit(serving(0), crash, 59_000)
    const twice = afterExit({ ...started(once, 60_000), servingSince: 61_000 }, crash, 62_000)
    expect(twice.retryAt).toBe(64_000)
    const later = afterExit({ ...started(twice, 64_000), servingSince: 65_000 }, crash, 125_000)
    expect(later.retryAt).toBe(126_000)
  })

  it('does not make an explicit restart wait', () => {
    const looping = [1, 2, 3].reduce((record) => afterExit(started(record), crash, 0), noProcess)
    expect(nextAction(looping, restarted, policy, 0)).toEqual({ kind: 'start' })
    expect(started(looping, 0, 1)).toMatchObject({ exitCount: 0, failures: 0 })
  })
})

it('counts an end that was asked for as no failure', () => {
  const record = afterExit(afterStopAsked(serving(), 1000), { code: 143, signal: null }, 2000)
  expect(record).toMatchObject({ state: 'Stopped', exitCount: 0, lastExit: { code: 143, at: 2000 } })
  expect(record.identity).toBeUndefined()
  expect(nextAction(record, running, policy, 2000)).toEqual({ kind: 'start' })
})
