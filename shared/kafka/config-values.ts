import type { ConfigKey, ConfigType } from './config-keys.ts'

/** Why a value is refused: it is not of the key's type, or of the type but out of range. */
export interface ValueProblem {
  readonly rule: 'WRONG_TYPE' | 'OUT_OF_RANGE'
  readonly detail: string
}

interface NumberKind {
  readonly noun: string
  readonly pattern: RegExp
  readonly min: bigint
  readonly max: bigint
}

const integer = /^[+-]?\d+$/u

// The types as Java has them; a short is an `integer of 16 bits` to whoever reads the message.
const integerKinds: Readonly<Partial<Record<ConfigType, NumberKind>>> = {
  short: { noun: 'an integer', pattern: integer, min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int: { noun: 'an integer', pattern: integer, min: -(2n ** 31n), max: 2n ** 31n - 1n },
  long: { noun: 'an integer', pattern: integer, min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** Checks a value against its key alone; undefined when it is good. The detail is a sentence that names the whole rule. */
export function valueProblem(row: ConfigKey, value: string): ValueProblem | undefined {
  const text = value.trim()
  const problem = (rule: ValueProblem['rule']): ValueProblem => ({ rule, detail: `${row.key} must be ${ruleOf(row)}` })
  const kind = integerKinds[row.type]
  if (kind !== undefined) {
    if (!kind.pattern.test(text)) return problem('WRONG_TYPE')
    const number = BigInt(text.replace(/^\+/u, ''))
    return inIntegerRange(row, kind, number) ? undefined : problem('OUT_OF_RANGE')
  }
  if (row.type === 'double') {
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) return problem('WRONG_TYPE')
    const number = Number(text)
    const good = number >= (row.min ?? -Infinity) && number <= (row.max ?? Infinity) && Number.isFinite(number)
    return good ? undefined : problem('OUT_OF_RANGE')
  }
  if (row.type === 'boolean') return /^(?:true|false)$/iu.test(text) ? undefined : problem('WRONG_TYPE')
  const parts = row.type === 'list' ? text.split(',').map((part) => part.trim()) : [text]
  const isKnown = (part: string): boolean => row.values?.includes(part) ?? true
  return parts.every(isKnown) && new Set(parts).size === parts.length ? undefined : problem('OUT_OF_RANGE')
}

function inIntegerRange(row: ConfigKey, kind: NumberKind, number: bigint): boolean {
  if (row.also?.some((other) => BigInt(other) === number)) return true
  const min = row.min === undefined ? kind.min : BigInt(row.min)
  const max = row.max === undefined ? kind.max : BigInt(row.max)
  return number >= min && number <= max
}

/** The rule of a key in words, to follow "must be". */
export function ruleOf(row: ConfigKey): string {
  if (row.type === 'boolean') return 'true or false'
  if (row.type === 'list')
    return row.values === undefined ? 'a list of different words' : `a list of ${words(row.values)}`
  if (row.type === 'string') return row.values === undefined ? 'a text' : `one of ${words(row.values)}`
  const kind = integerKinds[row.type]
  const noun = kind?.noun ?? 'a number'
  const also = row.also === undefined ? '' : `, or ${row.also.join(' or ')}`
  // Without a bound of its own a key is bounded by its type; a lower bound of a type is no rule that anybody would break.
  const max = row.max ?? kind?.max
  if (row.min !== undefined && row.max !== undefined) return `${noun} from ${row.min} to ${row.max}${also}`
  if (row.min !== undefined)
    return `${noun} of at least ${row.min}${max === undefined ? '' : ` and at most ${max}`}${also}`
  return max === undefined ? noun : `${noun} of at most ${max}${also}`
}

function words(values: readonly string[]): string {
  return values.join(', ')
}
