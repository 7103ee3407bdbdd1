import type { Json } from '../../shared/ports/store.ts'
import { refusalOf } from './expression.ts'
import type { State, States, TaskState, WaitState } from './program.ts'
import { LAMBDA_WAIT } from './state-fields.ts'

/** Fields whose text is never evaluated. */
const LITERAL_FIELDS = new Set(['Type', 'Comment', 'QueryLanguage', 'Next', 'Default', 'Resource', 'ErrorEquals'])

/** What is wrong with the expressions of a state, wherever they stand in it. */
export function checkExpressions(state: { readonly [field: string]: Json | undefined }, where: string): string[] {
  return Object.entries(state).flatMap(([field, value]) =>
    LITERAL_FIELDS.has(field) ? [] : checkTemplate(value, `${where}: ${field}`),
  )
}

function checkTemplate(template: Json | undefined, where: string): string[] {
  if (typeof template === 'string') {
    const refusal = refusalOf(template)
    return refusal === undefined ? [] : [`${where}: ${refusal}`]
  }
  if (Array.isArray(template)) return template.flatMap((item, index) => checkTemplate(item, `${where}[${index}]`))
  if (typeof template !== 'object' || template === null) return []
  return Object.entries(template).flatMap(([key, value]) =>
    LITERAL_FIELDS.has(key) && isRule(template) ? [] : checkTemplate(value, `${where}.${key}`),
  )
}

/** A choice rule, a Retrier or a Catcher: objects with fields of the language, not with keys of the author. */
function isRule(template: object): boolean {
  return 'Condition' in template || 'ErrorEquals' in template
}

/** Rules between the fields of a Task. */
export function checkTask(task: TaskState, where: string): string[] {
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = task
  if (heartbeat === undefined) return []
  if (task.Resource !== LAMBDA_WAIT)
    return [`${where}: HeartbeatSeconds is only supported with waitForTaskToken: nothing else can send a heartbeat`]
  return typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout
    ? [`${where}: HeartbeatSeconds must be less than TimeoutSeconds`]
    : []
}

/** Rules between the fields of a Wait. */
export function checkWait(wait: WaitState, where: string): string[] {
  return (wait.Seconds === undefined) === (wait.Timestamp === undefined)
    ? [`${where}: needs either Seconds or Timestamp`]
    : []
}

/** What is wrong with the way the states of one scope lead to each other. */
export function checkFlow({ startAt, states }: States, where: string): string[] {
  const reasons: string[] = []
  if (!states.has(startAt)) return [`${where}: StartAt: there is no state '${startAt}'`]
  for (const [name, state] of states) {
    const needsExit = state.Type !== 'Choice' && state.Type !== 'Succeed' && state.Type !== 'Fail'
    if (needsExit && (state.Next === undefined) === (state.End === undefined))
      reasons.push(`state '${name}': needs either Next or End`)
    for (const target of targetsOf(state))
      if (!states.has(target)) reasons.push(`state '${name}': there is no state '${target}' to go to`)
  }
  const reached = new Set([startAt])
  for (const name of reached) {
    const state = states.get(name)
    if (state !== undefined) for (const target of targetsOf(state)) reached.add(target)
  }
  for (const name of states.keys()) if (!reached.has(name)) reasons.push(`state '${name}': no state leads here`)
  return reasons
}

function targetsOf(state: State): readonly string[] {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return []
  if (state.Type === 'Choice')
    return [...state.Choices.map(({ Next }) => Next), ...(state.Default === undefined ? [] : [state.Default])]
  const caught = 'Catch' in state ? (state.Catch ?? []).map(({ Next }) => Next) : []
  return [...(state.Next === undefined ? [] : [state.Next]), ...caught]
}
