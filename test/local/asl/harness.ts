import { createEngine, type Engine } from '../../../local/asl/engine.ts'
import type { HistoryEvent } from '../../../local/asl/history.ts'
import { createMemoryJournal, type Journal } from '../../../local/asl/journal.ts'
import { seededRandom } from '../../../local/asl/random.ts'
import type { Invoke } from '../../../local/asl/run.ts'
import { createVirtualClock, type VirtualClock } from '../../../local/virtual-clock.ts'
import type { Json } from '../../../shared/ports/store.ts'

/** A JSONata state machine with these states. */
export function machine(startAt: string, states: Json, more: { readonly [field: string]: Json } = {}): Json {
  return { QueryLanguage: 'JSONata', StartAt: startAt, States: states, ...more }
}

/** A Task that calls the function and gives its answer on. */
export function task(functionName: string, more: { readonly [field: string]: Json } = {}): Json {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...(more.Next === undefined ? { End: true } : {}),
    ...more,
  }
}

/** A Task that hands its token to the function and waits. */
export function waitingTask(functionName: string, more: { readonly [field: string]: Json } = {}): Json {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionName, Payload: { token: '{% $states.context.Task.Token %}' } },
    ...(more.Next === undefined ? { End: true } : {}),
    ...more,
  }
}

/** An error as a function throws it. */
export function thrown(name: string, message = 'it failed'): Error {
  const error = new Error(message)
  error.name = name
  return error
}

/** An engine with one state machine `m` under a virtual clock. */
export function engineFor(
  definition: Json,
  invoke: Invoke = () => Promise.reject(thrown('Unexpected', 'this workflow calls no function')),
  given: { readonly journal?: Journal; readonly clock?: VirtualClock; readonly seed?: number } = {},
): { readonly engine: Engine; readonly clock: VirtualClock; readonly journal: Journal } {
  const { journal = createMemoryJournal(), clock = createVirtualClock(), seed = 1 } = given
  const engine = createEngine({ definitions: { m: definition }, invoke, journal, clock, random: seededRandom(seed) })
  return { engine, clock, journal }
}

/** Runs the state machine to its end and gives the description and the history. */
export async function runToEnd(definition: Json, input: Json = {}, invoke?: Invoke) {
  const { engine, clock } = engineFor(definition, invoke)
  await engine.start({ stateMachine: 'm', name: 'run', input })
  const end = await clock.runUntil(engine.ended('run'))
  return { end, history: engine.history('run'), startedAt: Date.parse(end.startDate), clock, engine }
}

/** When events of a type happened, in seconds since the first event. */
export function secondsOf(history: readonly HistoryEvent[], type: string): readonly number[] {
  const start = Date.parse(history[0]?.timestamp ?? '')
  return history.filter((event) => event.type === type).map(({ timestamp }) => (Date.parse(timestamp) - start) / 1000)
}
