import type { ConfigKey, ConfigType } from './config-keys.ts'

/** Why a value is refused: it is not of the key's type, or of the type but not allowed. */
export interface ValueProblem {
  readonly rule: 'WRONG_TYPE' | 'OUT_OF_RANGE'
  /** A sentence that names the whole rule. */
  readonly detail: string
}

// What Java's integer types hold, in bits.
const integerBits: Readonly<Partial<Record<ConfigType, bigint>>> = { short: 16n, int: 32n, long: 64n }

/** Checks a value against its key alone; undefined when it is good. */
export function valueProblem(row: ConfigKey, value: string): ValueProblem | undefined {
  const text = value.trim()
  const bits = integerBits[row.type]
  if (bits !== undefined) return integerProblem(row, text, bits)
  if (row.type === 'double') return doubleProblem(row, text)
  if (row.type === 'boolean') return /^(?:true|false)$/iu.test(text) ? undefined : problem(row, 'WRONG_TYPE')
  return textProblem(row, text)
}

function problem(row: ConfigKey, rule: ValueProblem['rule'], typeMax?: bigint): ValueProblem {
  return { rule, detail: `${row.key} must be ${ruleOf(row, typeMax)}` }
}

function integerProblem(row: ConfigKey, text: string, bits: bigint): ValueProblem | undefined {
  if (!/^[+-]?\d+$/u.test(text)) return problem(row, 'WRONG_TYPE')
  const number = BigInt(text.replace(/^\+/u, ''))
  const typeMax = 2n ** (bits - 1n) - 1n
  // Java's bound is worth a word only to whoever has passed it.
  if (number > typeMax || number < -typeMax - 1n) return problem(row, 'OUT_OF_RANGE', typeMax)
  return isAllowed(row, Number(number)) ? undefined : problem(row, 'OUT_OF_RANGE')
}

function doubleProblem(row: ConfigKey, text: string): ValueProblem | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) return problem(row, 'WRONG_TYPE')
  return isAllowed(row, Number(text)) ? undefined : problem(row, 'OUT_OF_RANGE')
}

function isAllowed(row: ConfigKey, number: number): boolean {
  if (row.also?.includes(number)) return true
  return number >= (row.min ?? -Infinity) && number <= (row.max ?? Number.MAX_VALUE) && number !== row.except
}

function textProblem(row: ConfigKey, text: string): ValueProblem | undefined {
  const written = row.ignoreCase ? text.toLowerCase() : text
  const parts = row.type === 'list' ? written.split(',').map((part) => part.trim()) : [written]
  const isGood =
    parts.every((part) => row.values?.includes(part) ?? true) &&
    new Set(parts).size === parts.length &&
    (row.contains === undefined || parts.includes(row.contains)) &&
    (row.shape === undefined || new RegExp(row.shape.pattern, 'u').test(text))
  return isGood ? undefined : problem(row, 'OUT_OF_RANGE')
}

/** The rule of a key in words, to follow "must be". */
export function ruleOf(row: ConfigKey, typeMax?: bigint): string {
  if (row.shape !== undefined) return row.shape.words
  if (row.type === 'boolean') return 'true or false'
  if (row.type === 'list') {
    const elements = row.values === undefined ? 'different words' : row.values.join(', ')
    return `a list of ${elements}${row.contains === undefined ? '' : ` that contains ${row.contains}`}`
  }
  if (row.type === 'string') return row.values === undefined ? 'a text' : `one of ${row.values.join(', ')}`
  const max = row.max ?? typeMax
  const bounds = [
    ...(row.min === undefined ? [] : [`of at least ${row.min}`]),
    ...(max === undefined ? [] : [`${row.min === undefined ? 'of ' : ''}at most ${max}`]),
  ].join(' and ')
  return [
    row.type === 'double' ? 'a number' : 'an integer',
    ...(bounds === '' ? [] : [` ${bounds}`]),
    ...(row.except === undefined ? [] : [`, but not ${row.except}`]),
    ...(row.also === undefined ? [] : [`, or ${row.also.join(' or ')}`]),
  ].join('')
}
