import type { z } from 'zod'
import type { Json } from '../../shared/ports/store.ts'
import { checkExpressions, checkFlow, checkTask, checkWait } from './check-state.ts'
import { isObject } from './plain-json.ts'
import type { Program, State, States } from './program.ts'
import { scopeFields, stateFields } from './state-fields.ts'

/** The definition uses a part of the language that would not run here as on the service, or is no valid definition. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused'
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'))
    this.reasons = reasons
  }
}

interface Loading {
  readonly defaultLanguage: string
  readonly reasons: string[]
  /** State names of the whole definition: they must differ across all scopes. */
  readonly names: Set<string>
}

/** What was read before: a definition never changes, and every execution comes with its own. */
const programs = new WeakMap<object, Program>()

/** Reads a States Language definition; throws `DefinitionRefused` naming every state and part that cannot be run. */
export function load(definition: Json): Program {
  if (!isObject(definition)) return read(definition)
  const program = programs.get(definition) ?? read(definition)
  programs.set(definition, program)
  return program
}

function read(definition: Json): Program {
  const reasons: string[] = []
  const frame = parse(scopeFields.definition, definition, 'the definition', reasons)
  if (frame === undefined) throw new DefinitionRefused(reasons)
  const loading = { defaultLanguage: frame.QueryLanguage ?? 'JSONPath', reasons, names: new Set<string>() }
  const states = loadStates(frame, 'the definition', [], loading)
  if (reasons.length > 0) throw new DefinitionRefused(reasons)
  return { ...states, timeoutSeconds: frame.TimeoutSeconds }
}

function loadStates(
  frame: { readonly StartAt: string; readonly States: Readonly<Record<string, Json>> },
  where: string,
  outerVariables: readonly string[],
  loading: Loading,
): States {
  const variables = [...outerVariables, ...assignedIn(frame.States)]
  const states = new Map<string, State>()
  for (const [name, raw] of Object.entries(frame.States)) {
    if (loading.names.has(name)) loading.reasons.push(`state '${name}': two states have this name`)
    loading.names.add(name)
    for (const variable of assignedBy(raw))
      if (outerVariables.includes(variable))
        loading.reasons.push(`state '${name}': Assign: the variable ${variable} belongs to an outer scope`)
    const state = loadState(name, raw, variables, loading)
    if (state !== undefined) states.set(name, state)
  }
  if (loading.reasons.length === 0) loading.reasons.push(...checkFlow({ startAt: frame.StartAt, states }, where))
  return { startAt: frame.StartAt, states }
}

function loadState(name: string, raw: Json, variables: readonly string[], loading: Loading): State | undefined {
  const where = `state '${name}'`
  const refuse = (reason: string) => {
    loading.reasons.push(`${where}: ${reason}`)
    return undefined
  }
  if (!isObject(raw)) return refuse('is not an object')
  const language = raw.QueryLanguage ?? loading.defaultLanguage
  if (language !== 'JSONata') return refuse(`QueryLanguage ${String(language)} is not supported, only JSONata is`)
  const type = raw.Type
  const known = loading.reasons.length
  switch (type) {
    case 'Map': {
      const state = parse(stateFields.Map, raw, where, loading.reasons)
      const frame = parse(scopeFields.processor, raw.ItemProcessor, `${where}: ItemProcessor`, loading.reasons)
      if (state === undefined || frame === undefined) return undefined
      loading.reasons.push(...checkExpressions({ ...state, ItemProcessor: null }, where))
      return { ...state, ItemProcessor: loadStates(frame, `${where}: ItemProcessor`, variables, loading) }
    }
    case 'Parallel': {
      const state = parse(stateFields.Parallel, raw, where, loading.reasons)
      if (state === undefined) return undefined
      loading.reasons.push(...checkExpressions({ ...state, Branches: null }, where))
      const branches = state.Branches.flatMap((branch, index) => {
        const frame = parse(scopeFields.branch, branch, `${where}: Branches[${index}]`, loading.reasons)
        return frame ? [loadStates(frame, `${where}: Branches[${index}]`, variables, loading)] : []
      })
      return { ...state, Branches: branches }
    }
    case 'Task':
    case 'Choice':
    case 'Wait':
    case 'Pass':
    case 'Succeed':
    case 'Fail': {
      const state = parse<State>(stateFields[type], raw, where, loading.reasons)
      if (state === undefined || loading.reasons.length > known) return undefined
      loading.reasons.push(...checkExpressions(raw, where))
      if (state.Type === 'Task') loading.reasons.push(...checkTask(state, where))
      if (state.Type === 'Wait') loading.reasons.push(...checkWait(state, where))
      return state
    }
    default:
      return refuse(`Type ${String(type)} is not supported`)
  }
}

function parse<T>(schema: z.ZodType<T>, raw: Json | undefined, where: string, reasons: string[]): T | undefined {
  const parsed = schema.safeParse(raw, { reportInput: true })
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
    const part = path === '' ? '' : `${path.slice(1)}: `
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) reasons.push(`${where}: ${part}${key} is not supported`)
    else if (issue.code === 'invalid_value') reasons.push(`${where}: ${part}${String(issue.input)} is not supported`)
    else reasons.push(`${where}: ${part}${issue.message}`)
  }
  return undefined
}

/** The variables that the states of one scope assign, without those of scopes inside it. */
function assignedIn(states: Readonly<Record<string, Json>>): readonly string[] {
  return Object.values(states).flatMap(assignedBy)
}

function assignedBy(state: Json): readonly string[] {
  if (!isObject(state)) return []
  const rules = [state, ...[state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []))]
  return rules.flatMap((rule) => (isObject(rule) && isObject(rule.Assign) ? Object.keys(rule.Assign) : []))
}
