import { matchesArn, matchesText } from './patterns.ts'
import { type Context, contextValue, type Statement } from './policy.ts'

/** Whether a value of the request is what the policy wants. */
type Match = (wanted: string, given: string, context: Context) => boolean

const number =
  (compare: (given: number, wanted: number) => boolean): Match =>
  (wanted, given) =>
    compare(Number(given), Number(wanted))

const text =
  (options: Parameters<typeof matchesText>[3]): Match =>
  (wanted, given, context) =>
    matchesText(wanted, given, context, options)

const equal = text({ wildcards: false })
const equalInAnyCase = text({ wildcards: false, ignoreCase: true })
const like = text({ wildcards: true })

/** What each operator compares; a negated one holds where none of the wanted values matches, also where the key is absent. */
const OPERATORS: Readonly<Record<string, { readonly match: Match; readonly negated?: true }>> = {
  StringEquals: { match: equal },
  StringNotEquals: { match: equal, negated: true },
  StringEqualsIgnoreCase: { match: equalInAnyCase },
  StringNotEqualsIgnoreCase: { match: equalInAnyCase, negated: true },
  StringLike: { match: like },
  StringNotLike: { match: like, negated: true },
  // The two are the same.
  ArnEquals: { match: matchesArn },
  ArnLike: { match: matchesArn },
  ArnNotEquals: { match: matchesArn, negated: true },
  ArnNotLike: { match: matchesArn, negated: true },
  Bool: { match: (wanted, given) => wanted.toLowerCase() === given.toLowerCase() },
  NumericEquals: { match: number((given, wanted) => given === wanted) },
  NumericNotEquals: { match: number((given, wanted) => given === wanted), negated: true },
  NumericLessThan: { match: number((given, wanted) => given < wanted) },
  NumericLessThanEquals: { match: number((given, wanted) => given <= wanted) },
  NumericGreaterThan: { match: number((given, wanted) => given > wanted) },
  NumericGreaterThanEquals: { match: number((given, wanted) => given >= wanted) },
}

/** Whether all conditions of a statement hold. An operator that is not known here is an error, so that it is never a pass. */
export function conditionsHold({ Condition = {} }: Statement, context: Context): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, contextValue(context, key), context)),
  )
}

function holds(
  operator: string,
  wanted: readonly string[],
  given: string | readonly string[] | undefined,
  context: Context,
): boolean {
  if (operator === 'Null') return wanted.some((isAbsent) => (isAbsent.toLowerCase() === 'true') === isNull(given))
  const [, quantifier, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? []
  const { match, negated = false } = OPERATORS[base] ?? refuse(operator)
  const fits = (value: string) => wanted.some((each) => match(each, value, context)) !== negated
  if (given === undefined) return ifExists !== undefined || (quantifier ? quantifier === 'ForAllValues' : negated)
  if (quantifier === 'ForAllValues') return [given].flat().every(fits)
  if (quantifier === 'ForAnyValue') return [given].flat().some(fits)
  if (typeof given !== 'string') throw new TypeError(`${operator} on a key with several values: ${given.join(', ')}`)
  return fits(given)
}

const isNull = (given: string | readonly string[] | undefined) => given === undefined || given.length === 0

function refuse(operator: string): never {
  throw new TypeError(`a condition that is not known here: ${operator}`)
}
