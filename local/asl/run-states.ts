import type { Json } from '../../shared/ports/store.ts'
import type { Variables } from './evaluate.ts'
import { StateFailure } from './failure.ts'
import type { FailState, State } from './program.ts'
import {
  type Exit,
  evaluateField,
  evaluationFailure,
  type Frame,
  leave,
  type Run,
  refailEvaluation,
  type Visit,
  variablesFrom,
} from './run.ts'
import { runChoice } from './run-choice.ts'
import { runMap } from './run-map.ts'
import { runParallel } from './run-parallel.ts'
import { runTask } from './run-task.ts'
import { runWait } from './run-wait.ts'

/** States that may be attempted again after a failed evaluation. */
const HAS_ATTEMPTS: ReadonlySet<State['Type']> = new Set(['Task', 'Map', 'Parallel'])

/** Runs a scope from its first state, or from where the journal ends, to its end; gives the last state's output. */
export async function runStates(run: Run, frame: Frame, firstInput: Json): Promise<Json> {
  let variables = frame.outer
  let input = firstInput
  let name: string | undefined = frame.states.startAt
  for (let visit = 0; name !== undefined; visit++) {
    const exit: Exit = await visitState(run, frame, `${frame.key}/${visit}`, name, input, variables)
    variables = { ...variables, ...exit.assigned }
    input = exit.output
    name = exit.next
  }
  return input
}

async function visitState(
  run: Run,
  frame: Frame,
  key: string,
  name: string,
  input: Json,
  variables: Variables,
): Promise<Exit> {
  const left = run.log.get(`${key}/exited`)
  if (left !== undefined) return recordedExit(left.details)
  frame.signal.throwIfAborted()
  const state = frame.states.states.get(name)
  if (state === undefined) throw new Error(`there is no state ${name}`)
  const entered = run.log.record(`${key}/entered`, `${state.Type}StateEntered`, () => ({ name, input }))
  const attempt = `${key}/0`
  const visit = { run, frame, key, attempt, name, input, variables, enteredAt: entered.timestamp, retryCount: 0 }
  if (!HAS_ATTEMPTS.has(state.Type)) refailEvaluation(visit)
  const exit = await runState(visit, state)
  frame.signal.throwIfAborted()
  run.log.record(`${key}/exited`, `${state.Type}StateExited`, () => ({
    name,
    output: exit.output,
    ...(Object.keys(exit.assigned).length === 0 ? {} : { assignedVariables: exit.assigned }),
    ...(exit.next === undefined ? {} : { next: exit.next }),
  }))
  return exit
}

async function runState(visit: Visit, state: State): Promise<Exit> {
  switch (state.Type) {
    case 'Task':
      return runTask(visit, state)
    case 'Map':
      return runMap(visit, state)
    case 'Parallel':
      return runParallel(visit, state)
    case 'Choice':
      return runChoice(visit, state)
    case 'Wait':
      return runWait(visit, state)
    case 'Pass':
      return { ...(await leave(visit, state, {}, visit.input)), next: state.Next }
    case 'Succeed':
      return leave(visit, { Output: state.Output }, {}, visit.input)
    case 'Fail':
      throw await failureOf(visit, state)
  }
}

async function failureOf(visit: Visit, state: FailState): Promise<StateFailure> {
  const text = async (field: 'Error' | 'Cause') => {
    const template = state[field]
    if (template === undefined) return undefined
    const value = await evaluateField(visit, field, template)
    if (typeof value === 'string') return value
    throw evaluationFailure(visit, field, `The expression in ${field} must give a string.`)
  }
  return new StateFailure(await text('Error'), await text('Cause'))
}

function recordedExit(details: { readonly [name: string]: Json }): Exit {
  const { output, assignedVariables, next } = details
  return {
    output: output ?? null,
    assigned: variablesFrom(assignedVariables),
    next: typeof next === 'string' ? next : undefined,
  }
}
