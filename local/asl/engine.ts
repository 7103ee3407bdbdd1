import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Json } from '../../shared/ports/store.ts'
import { checkName, checkSize, EngineError } from './errors.ts'
import { executionContext } from './execution-context.ts'
import { ExecutionClosed, type ExecutionLog, openLog } from './execution-log.ts'
import { StateFailure } from './failure.ts'
import { describeExecution, type ExecutionDescription, type HistoryEvent, historyOf } from './history.ts'
import type { ExecutionRecord, Journal } from './journal.ts'
import { load } from './load.ts'
import type { Random } from './random.ts'
import { systemRandom } from './random.ts'
import type { Invoke } from './run.ts'
import { failureDetails } from './run-branches.ts'
import { runStates } from './run-states.ts'
import { createTaskCallbacks, type TaskCallbacks } from './task-callbacks.ts'

/** What the engine runs and through what it reaches the world. */
export interface EngineOptions {
  /** Definitions by the name of their state machine, ready to run: nothing is substituted in them. */
  readonly definitions: Readonly<Record<string, Json>>
  /** Calls the Lambda function of a Task. */
  readonly invoke: Invoke
  readonly journal: Journal
  readonly clock: Clock
  readonly random?: Random
  /** Told when an execution cannot go on through no fault of its definition; it stays resumable. */
  readonly onFault?: (execution: string, fault: unknown) => void
}

/** Runs state machines as AWS Step Functions does. Executions outlive the process as far as their journal does. */
export interface Engine extends TaskCallbacks {
  /** Starts an execution. The same name with the same input, while it runs, is the same execution. */
  start(request: {
    readonly stateMachine: string
    readonly name: string
    readonly input: Json
  }): Promise<ExecutionDescription>
  /** Aborts an execution; what its tasks still answer is ignored. Nothing happens when it has ended. */
  stop(name: string, reason?: { readonly error?: string; readonly cause?: string }): Promise<void>
  /** Goes on with every execution that the journal holds and that has not ended; gives their names. */
  resumeAll(): Promise<readonly string[]>
  describe(name: string): ExecutionDescription
  history(name: string): readonly HistoryEvent[]
  /** Resolves when the execution has ended; rejects when it cannot go on or the engine is closed. */
  ended(name: string): Promise<ExecutionDescription>
  /** Stops all work here and leaves every execution resumable. */
  close(): Promise<void>
}

interface Live {
  readonly log: ExecutionLog
  readonly abort: AbortController
  readonly done: Promise<void>
}

/** An engine on the journal. Throws `DefinitionRefused` when a definition would not run here as on the service. */
export function createEngine(options: EngineOptions): Engine {
  const { journal, clock, definitions, random = systemRandom } = options
  for (const definition of Object.values(definitions)) load(definition)
  const live = new Map<string, Live>()
  const logs = new Map<string, ExecutionLog>()
  let closed = false

  function recordOf(name: string): ExecutionRecord {
    const record = journal.execution(name)
    if (record === undefined) throw new EngineError('ExecutionDoesNotExist', `there is no execution ${name}`)
    return record
  }

  /** The one log of a running execution in this engine, whoever asks for it first. */
  function logOf(name: string): ExecutionLog {
    if (closed) throw new ExecutionClosed('the engine is closed')
    const log = logs.get(name) ?? openLog(name, journal, clock)
    logs.set(name, log)
    return log
  }

  function run(record: ExecutionRecord): void {
    if (live.has(record.name)) return
    const log = logOf(record.name)
    const abort = new AbortController()
    const done = execute(record, log, abort).finally(() => {
      live.delete(record.name)
      logs.delete(record.name)
      log.close()
    })
    // Whoever waits for the end learns of a fault; without anyone waiting it must not end the process.
    done.catch((fault) => {
      if (!(fault instanceof ExecutionClosed)) options.onFault?.(record.name, fault)
    })
    live.set(record.name, { log, abort, done })
  }

  async function execute(record: ExecutionRecord, log: ExecutionLog, abort: AbortController): Promise<void> {
    const { signal } = abort
    const program = load(record.definition)
    log.record('start', 'ExecutionStarted', () => ({ input: record.input }))
    const context = executionContext(record)
    const run = { log, clock, random, invoke: options.invoke, executionName: record.name, context }
    const frame = { key: '', states: program, outer: {}, signal }
    const timeLimit =
      program.timeoutSeconds === undefined ? undefined : record.startedAt + program.timeoutSeconds * 1000
    const running = runStates(run, frame, record.input)
    try {
      const output = await (timeLimit === undefined ? running : Promise.race([running, timeOut(timeLimit, signal)]))
      signal.throwIfAborted()
      log.finish({ type: 'ExecutionSucceeded', output })
    } catch (error) {
      if (signal.aborted) {
        if (recordOf(record.name).end === undefined) throw error
      } else if (error === TIMED_OUT) log.finish({ type: 'ExecutionTimedOut', error: 'States.Timeout' })
      else if (error instanceof StateFailure) log.finish({ type: 'ExecutionFailed', ...failureDetails(error) })
      else throw error
    } finally {
      abort.abort(new ExecutionClosed(`the execution ${record.name} is over`))
      await running.catch(() => undefined)
    }
  }

  async function timeOut(at: number, signal: AbortSignal): Promise<never> {
    if (at > clock.now()) await clock.sleep(at - clock.now(), signal)
    throw TIMED_OUT
  }

  return {
    start: async ({ stateMachine, name, input }) => {
      checkName(name)
      checkSize(input, 'InvalidExecutionInput')
      const definition = definitions[stateMachine]
      if (definition === undefined)
        throw new EngineError('StateMachineDoesNotExist', `there is no state machine ${stateMachine}`)
      const known = journal.execution(name)
      if (known !== undefined) {
        const same = known.stateMachine === stateMachine && isDeepStrictEqual(known.input, input)
        if (known.end !== undefined || !same)
          throw new EngineError('ExecutionAlreadyExists', `there already is an execution ${name}`)
        run(known)
        return describeExecution(known)
      }
      if (closed) throw new ExecutionClosed('the engine is closed')
      const record = { name, stateMachine, definition, input: structuredClone(input), startedAt: clock.now() }
      journal.begin(record)
      run(record)
      return describeExecution(record)
    },
    stop: async (name, reason = {}) => {
      if (recordOf(name).end !== undefined) return
      logOf(name).finish({ type: 'ExecutionAborted', ...reason })
      live.get(name)?.abort.abort(new ExecutionClosed(`the execution ${name} was stopped`))
      if (!live.has(name)) logs.delete(name)
    },
    resumeAll: async () => {
      const names = journal.running()
      for (const name of names) run(recordOf(name))
      return names
    },
    describe: (name) => describeExecution(recordOf(name)),
    history: (name) => {
      recordOf(name)
      return historyOf(journal.events(name))
    },
    ended: async (name) => {
      await live.get(name)?.done
      const record = recordOf(name)
      if (record.end === undefined) throw new ExecutionClosed(`the execution ${name} is not running here`)
      return describeExecution(record)
    },
    close: async () => {
      closed = true
      const running = [...live.values()]
      for (const { log, abort } of running) {
        log.close()
        abort.abort(new ExecutionClosed('the engine is closed'))
      }
      await Promise.allSettled(running.map(({ done }) => done))
    },
    ...createTaskCallbacks({ journal, clock, logOf }),
  }
}

/** What the race against the execution's time limit is lost with. */
const TIMED_OUT = Symbol('the time limit of the execution passed')
