import type { Clock } from '../../shared/ports/clock.ts'
import type { Json } from '../../shared/ports/store.ts'
import { builtInFunctions } from './built-in-functions.ts'
import { compile, expressionSource, isExpression, messageOf } from './expression.ts'
import { plainJson } from './plain-json.ts'
import type { Random } from './random.ts'

/** Variables by name without the dollar sign. */
export type Variables = Readonly<Record<string, Json>>

/** What an expression can read: the workflow's variables, `$states`, and the ports behind time and chance. */
export interface Scope {
  readonly variables: Variables
  readonly states: { readonly [part: string]: Json }
  readonly clock: Clock
  readonly random: Random
}

/** An expression gave nothing, gave no JSON, or could not be evaluated. `location` is the field it stands in. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
  readonly location: string

  constructor(location: string, message: string) {
    super(message)
    this.location = location
  }
}

/**
 * The template with every `{% … %}` string in it replaced by its value. Object keys are never evaluated; other strings
 * are taken as they are. The result shares nothing with the scope.
 */
export async function evaluate(template: Json, location: string, scope: Scope): Promise<Json> {
  if (typeof template === 'string')
    return isExpression(template) ? evaluateExpression(expressionSource(template), location, scope) : template
  if (Array.isArray(template)) {
    const items: Json[] = []
    for (const [index, item] of template.entries()) items.push(await evaluate(item, `${location}[${index}]`, scope))
    return items
  }
  if (typeof template !== 'object' || template === null) return template
  const members: [string, Json][] = []
  for (const [key, member] of Object.entries(template))
    if (member !== undefined) members.push([key, await evaluate(member, `${location}/${key}`, scope)])
  return Object.fromEntries(members)
}

async function evaluateExpression(source: string, location: string, scope: Scope): Promise<Json> {
  const said = `The JSONata expression '${source}' specified for the field '${location}'`
  // A copy for each expression: jsonata leaves marks on the arrays it walks.
  const bindings = {
    ...builtInFunctions(scope.clock, scope.random),
    ...structuredClone(scope.variables),
    states: structuredClone(scope.states),
  }
  let value: unknown
  try {
    value = await compile(source).evaluate(undefined, bindings)
  } catch (error) {
    throw new EvaluationError(location, `${said} threw an error during evaluation. ${messageOf(error)}`)
  }
  if (value === undefined) throw new EvaluationError(location, `${said} returned nothing (undefined).`)
  try {
    return plainJson(value)
  } catch (error) {
    throw new EvaluationError(location, `${said} returned an unsupported result: ${messageOf(error)}.`)
  }
}
