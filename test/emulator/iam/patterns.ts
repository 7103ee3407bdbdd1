import { type Context, contextValue } from './policy.ts'

/** `${key}` or `${key, 'default'}`; `${*}`, `${?}` and `${$}` stand for the character itself. */
const VARIABLE = /\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}/g

const quoted = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether `*` and `?` of the pattern stand for other characters; what a variable puts in never does. */
interface Options {
  readonly wildcards: boolean
  readonly ignoreCase?: boolean
}

/** The pattern with its policy variables put in; undefined where one of them has no value, and so nothing matches. */
function compiled(pattern: string, context: Context, { wildcards, ignoreCase }: Options): RegExp | undefined {
  let source = ''
  let end = 0
  const literal = (text: string) =>
    wildcards ? quoted(text).replaceAll('\\*', '.*').replaceAll('\\?', '.') : quoted(text)
  for (const { 0: whole, 1: key = '', 2: otherwise, index } of pattern.matchAll(VARIABLE)) {
    const value = /^[*?$]$/.test(key) ? key : (contextValue(context, key) ?? otherwise)
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw new TypeError(`a policy variable with several values: ${key}`)
    source += literal(pattern.slice(end, index)) + quoted(value)
    end = index + whole.length
  }
  return new RegExp(`^${source}${literal(pattern.slice(end))}$`, ignoreCase ? 'is' : 's')
}

/** Whether a text is what the pattern says. A variable without a value matches nothing. */
export function matchesText(pattern: string, text: string, context: Context, options: Options): boolean {
  return compiled(pattern, context, options)?.test(text) ?? false
}

/** Whether an action is meant, in any case of its letters. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesText(pattern, action, {}, { wildcards: true, ignoreCase: true })
}

/** The five parts of an ARN before its resource contain no colon, and no wildcard reaches beyond its part. */
const PARTS_BEFORE_RESOURCE = 5

/** The parts of an ARN; a colon within a variable or in the resource separates nothing. */
function partsOf(arn: string): readonly string[] | undefined {
  const parts: string[] = []
  let rest = arn
  while (parts.length < PARTS_BEFORE_RESOURCE) {
    const part = /^((?:\$\{[^}]*\}|[^:])*):(.*)$/s.exec(rest)
    if (!part) return undefined
    parts.push(part[1] ?? '')
    rest = part[2] ?? ''
  }
  return [...parts, rest]
}

/** Whether an ARN is what the pattern says, compared part by part. */
export function matchesArn(pattern: string, arn: string, context: Context): boolean {
  const [wanted, given] = [partsOf(pattern), partsOf(arn)]
  if (!wanted || !given) return false
  return wanted.every((part, index) => matchesText(part, given[index] ?? '', context, { wildcards: true }))
}

/** Whether a statement's resource is meant: everything by `*`, else an ARN. A request without a resource is for `*` only. */
export function matchesResource(pattern: string, resource: string, context: Context): boolean {
  if (pattern === '*') return true
  if (!partsOf(pattern)) throw new TypeError(`neither * nor a pattern of an ARN: ${pattern}`)
  return resource !== '*' && matchesArn(pattern, resource, context)
}
