import type { Clock } from '../../shared/ports/clock.ts'
import type { Json } from '../../shared/ports/store.ts'
import { EvaluationError, evaluate, type Variables } from './evaluate.ts'
import type { ExecutionLog } from './execution-log.ts'
import { checkPayload, StateFailure } from './failure.ts'
import { isObject } from './plain-json.ts'
import type { States } from './program.ts'
import type { Random } from './random.ts'

/** Calls a Lambda function by its name and gives its answer; a rejection is the error the function threw. */
export type Invoke = (functionName: string, payload: Json) => Promise<Json>

/** What stays the same while an execution runs. */
export interface Run {
  readonly log: ExecutionLog
  readonly clock: Clock
  readonly random: Random
  readonly invoke: Invoke
  readonly executionName: string
  /** The parts `Execution` and `StateMachine` of the context object. */
  readonly context: { readonly Execution: Json; readonly StateMachine: Json }
}

/** One line of states: the execution's own, a branch of a Parallel or an iteration of a Map. */
export interface Frame {
  /** The beginning of the journal keys of everything inside. */
  readonly key: string
  readonly states: States
  /** Variables of the scopes around. */
  readonly outer: Variables
  /** The part `Map` of the context object. */
  readonly map?: Json
  /** Aborts when the execution stops or a sibling fails. */
  readonly signal: AbortSignal
}

/** One state entered once, in its current attempt. */
export interface Visit {
  readonly run: Run
  readonly frame: Frame
  /** The beginning of the journal keys of this visit. */
  readonly key: string
  /** The beginning of the journal keys of the current attempt. */
  readonly attempt: string
  readonly name: string
  readonly input: Json
  readonly variables: Variables
  readonly enteredAt: number
  readonly retryCount: number
  /** The token of a Task that waits for one. */
  readonly token?: string
}

/** How a state was left: its output, the variables it set, and where to go; without `next` the scope ends. */
export interface Exit {
  readonly output: Json
  readonly assigned: Variables
  readonly next?: string | undefined
}

/** What `$states` holds besides the input and the context. */
export type Results = { readonly result?: Json; readonly errorOutput?: Json }

/** The value of a state's field. A failed evaluation is written to the history and fails the state. */
export async function evaluateField(visit: Visit, field: string, template: Json, results: Results = {}): Promise<Json> {
  const { clock, random } = visit.run
  const states = { input: visit.input, context: contextObject(visit), ...results }
  try {
    return await evaluate(template, field, { variables: visit.variables, states, clock, random })
  } catch (error) {
    if (error instanceof EvaluationError) throw evaluationFailure(visit, error.location, error.message)
    throw error
  }
}

/** Writes a failed evaluation to the history and gives the failure to throw. */
export function evaluationFailure(visit: Visit, location: string, message: string): StateFailure {
  const { log } = visit.run
  const entered = log.historyId(`${visit.key}/entered`)
  const where = `An error occurred while executing the state '${visit.name}' (entered at the event id #${entered}).`
  const failure = { error: 'States.QueryEvaluationError', cause: `${where} ${message}` }
  log.record(evaluationKey(visit), 'EvaluationFailed', () => ({ ...failure, location, state: visit.name }))
  return new StateFailure(failure.error, failure.cause)
}

/** Fails again where an evaluation of this attempt already failed before the run was resumed. */
export function refailEvaluation(visit: Visit): void {
  const failed = visit.run.log.get(evaluationKey(visit))
  if (failed !== undefined) throw recordedFailure(failed.details)
}

/** The failure that an event tells of. */
export function recordedFailure({ error, cause }: { readonly [name: string]: Json }): StateFailure {
  return new StateFailure(typeof error === 'string' ? error : undefined, typeof cause === 'string' ? cause : undefined)
}

function evaluationKey(visit: Visit): string {
  return `${visit.attempt}/evaluation`
}

/** Evaluates `Output` and `Assign`, both with the variables as they were before. */
export async function leave(
  visit: Visit,
  { Output, Assign }: { readonly Output?: Json | undefined; readonly Assign?: Variables | undefined },
  results: Results,
  fallback: Json,
): Promise<{ readonly output: Json; readonly assigned: Variables }> {
  const output = Output === undefined ? fallback : await evaluateField(visit, 'Output', Output, results)
  const assigned = Assign === undefined ? {} : await evaluateField(visit, 'Assign', Assign, results)
  checkPayload(output, `output of the state '${visit.name}'`)
  checkPayload(assigned, `value of Assign in the state '${visit.name}'`)
  return { output, assigned: variablesFrom(assigned) }
}

/** Variables from their JSON form. */
export function variablesFrom(value: Json | undefined): Variables {
  const variables: Record<string, Json> = {}
  if (isObject(value)) for (const [name, member] of Object.entries(value)) variables[name] = member ?? null
  return variables
}

function contextObject({ run, frame, name, enteredAt, retryCount, token }: Visit): Json {
  return {
    ...run.context,
    State: { Name: name, EnteredTime: new Date(enteredAt).toISOString(), RetryCount: retryCount },
    ...(frame.map === undefined ? {} : { Map: frame.map }),
    ...(token === undefined ? {} : { Task: { Token: token } }),
  }
}
