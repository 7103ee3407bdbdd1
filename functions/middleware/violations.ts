import type { core } from 'zod'
import type { Violation } from '../../shared/errors/domain-error.ts'

type Issue = core.$ZodIssue

/** A JSON pointer (RFC 6901). */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = Reflect.get(value, part)
  }
  return value
}

const SIZE_RULES: Readonly<Record<string, readonly [string, string]>> = {
  string: ['min_length', 'max_length'],
  array: ['min_items', 'max_items'],
}

function ruleOf(issue: Issue, missing: boolean): string {
  if (missing && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) return 'required'
  switch (issue.code) {
    case 'invalid_type':
      return 'type'
    case 'invalid_value':
      return 'enum'
    case 'invalid_format':
      return issue.format === 'regex' ? 'pattern' : issue.format
    case 'too_small':
      return (SIZE_RULES[issue.origin] ?? ['minimum'])[0]
    case 'too_big':
      return (SIZE_RULES[issue.origin] ?? ['', 'maximum'])[1] ?? 'maximum'
    case 'custom':
      return typeof issue.params?.rule === 'string' ? issue.params.rule : 'custom'
    default:
      return issue.code
  }
}

/** Types as people say them; the others are as they are in JSON. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'must be a whole number',
  record: 'must be of type object',
}

/** What a format looks like, where its pattern would tell nobody. */
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be a time as in RFC 3339, with Z or an offset, such as 2026-12-24T00:00:00Z',
  cidrv4: 'must be a range of IPv4 addresses, such as 10.0.0.0/16',
}

function detailOf(issue: Issue, rule: string): string {
  if (rule === 'required') return 'is required'
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? `must be of type ${issue.expected}`
  if (issue.code === 'invalid_format') return FORMATS[issue.format] ?? issue.message
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const [bound, word] = issue.code === 'too_small' ? [issue.minimum, 'least'] : [issue.maximum, 'most']
    const units: Readonly<Record<string, string>> = { string: ' character', array: ' item' }
    const one = units[issue.origin]
    const unit = one === undefined ? '' : Number(bound) === 1 ? one : `${one}s`
    return `must ${unit ? 'have' : 'be'} at ${word} ${bound}${unit}`
  }
  return issue.message
}

/**
 * Zod's issues in the words of the API: all of them, each with the pointer to its place and a stable name of its rule.
 * `root` is what was validated; it tells a missing field from one of the wrong type.
 */
export function violationsOf(issues: readonly Issue[], root: unknown): readonly (Violation & { pointer: string })[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        rule: 'unknown_field',
        detail: 'is not a field of this request',
      }))
    }
    if (issue.code === 'invalid_key') {
      return issue.issues.map((inner) => ({
        pointer: pointerTo(issue.path),
        rule: ruleOf(inner, false),
        detail: `has a name that ${detailOf(inner, ruleOf(inner, false))}`,
      }))
    }
    const rule = ruleOf(issue, valueAt(root, issue.path) === undefined)
    return [{ pointer: pointerTo(issue.path), rule, detail: detailOf(issue, rule) }]
  })
}
