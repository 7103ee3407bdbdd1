import jsonata from 'jsonata'

/** Parts of an expression whose body is evaluated once per selected item, so that `$` and plain names mean something. */
const CONTEXT_PARTS = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete'])

const compiled = new Map<string, jsonata.Expression>()

/** Whether the service evaluates this string: only when the whole of it is `{% … %}`, without a space around. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4
}

/** The JSONata text of `{% … %}`. */
export function expressionSource(text: string): string {
  return text.slice(2, -2).trim()
}

/** The compiled expression; each text is parsed once. Throws jsonata's own error when the text is no JSONata. */
export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source)
  if (known !== undefined) return known
  const expression = jsonata(source)
  compiled.set(source, expression)
  return expression
}

/**
 * Why the service would refuse this string or evaluate it differently, or undefined when it would not. The service has
 * JSONata 2.0.6 without `$eval`, and gives expressions no input document: only variables and `$states`.
 */
export function refusalOf(text: string): string | undefined {
  if (!isExpression(text))
    return text.startsWith('{%') || text.endsWith('%}')
      ? 'an expression must begin with {% and end with %}, with nothing around'
      : undefined
  const source = expressionSource(text)
  try {
    return unsupported(compile(source).ast(), source, false)
  } catch (error) {
    return `not a JSONata expression: ${messageOf(error)}`
  }
}

function unsupported(node: unknown, source: string, inContext: boolean): string | undefined {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return undefined
  const here = Array.isArray(node) ? undefined : unsupportedNode({ ...node }, source, inContext)
  if (here !== undefined) return here
  for (const [part, value] of Object.entries(node)) {
    if (part === 'steps' && Array.isArray(value)) {
      for (const [index, step] of value.entries()) {
        const found = unsupported(step, source, inContext || index > 0)
        if (found !== undefined) return found
      }
    } else {
      const found = unsupported(value, source, inContext || CONTEXT_PARTS.has(part))
      if (found !== undefined) return found
    }
  }
  return undefined
}

function unsupportedNode(node: Readonly<Record<string, unknown>>, source: string, inContext: boolean) {
  const { type, value, position } = node
  if (type === 'condition' && typeof position === 'number') {
    const operator = source.slice(position - 2, position)
    if (operator === '??' || operator === '?:')
      return `the operator ${operator} is newer than the service's JSONata 2.0.6`
  }
  if (type === 'variable' && value === 'eval') return 'the service has no function $eval'
  if (type === 'variable' && value === '$') return 'there is no input document, so $$ means nothing: use $states'
  if (type === 'function' && isVariable(node.procedure, 'random') && isNotEmpty(node.arguments))
    return "a seeded $random cannot give the service's numbers"
  if (inContext) return undefined
  if (type === 'variable' && value === '') return 'there is no input document, so $ means nothing here: use $states'
  if (type === 'name' || type === 'wildcard' || type === 'descendant' || type === 'parent')
    return `there is no input document, so ${String(value ?? '%')} means nothing here: use $states or a variable`
  return undefined
}

function isVariable(node: unknown, name: string): boolean {
  return typeof node === 'object' && node !== null && 'value' in node && node.value === name
}

function isNotEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}

/** What an error says; jsonata throws plain objects with a message. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}
