import type { z } from 'zod'
import type { Route } from '../../shared/contract/route.ts'
import { DomainError, type Violation } from '../../shared/errors/domain-error.ts'
import { type ApiEvent, type ApiMiddleware, exchangeOf, matchOf } from './exchange.ts'
import { violationsOf } from './violations.ts'

/** Visible ASCII, as the Idempotency-Key draft has it; long enough for any UUID, hash or path. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** `*`, or one or more entity tags. */
export const ENTITY_TAGS = /^(\*|(W\/)?"[\x21\x23-\x7e]*"(\s*,\s*(W\/)?"[\x21\x23-\x7e]*")*)$/

type Parsed = { readonly value: Readonly<Record<string, unknown>>; readonly violations: readonly Violation[] }

/** Parameters are named without a pointer: they are flat. */
function parseParameters(schema: z.ZodObject, given: Readonly<Record<string, unknown>>): Parsed {
  const result = schema.safeParse(given)
  if (result.success) return { value: result.data, violations: [] }
  const violations = violationsOf(result.error.issues, given).map(({ pointer, rule, detail }) => ({
    parameter: pointer.slice(1),
    rule: rule === 'unknown_field' ? 'unknown_parameter' : rule,
    detail: rule === 'unknown_field' ? 'is not a parameter of this call' : detail,
  }))
  return { value: {}, violations }
}

function repeated(event: ApiEvent): readonly Violation[] {
  return Object.entries(event.multiValueQueryStringParameters ?? {})
    .filter(([, values]) => (values?.length ?? 0) > 1)
    .map(([parameter]) => ({ parameter, rule: 'repeated', detail: 'may be given only once' }))
}

function headerViolations(event: ApiEvent, route: Route): readonly Violation[] {
  const violations: Violation[] = []
  const key = event.headers['idempotency-key']
  if (route.idempotent && key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
    violations.push({
      parameter: 'Idempotency-Key',
      rule: 'pattern',
      detail: 'must be 1 to 255 visible ASCII characters',
    })
  }
  const tags = event.headers['if-match']
  if (route.ifMatch && tags !== undefined && !ENTITY_TAGS.test(tags)) {
    violations.push({ parameter: 'If-Match', rule: 'pattern', detail: 'must be * or entity tags in double quotes' })
  }
  return violations
}

function listed(violations: readonly Violation[]): string {
  const [first, ...more] = violations
  if (!first) return ''
  const where = first.parameter ?? first.pointer
  return `${where === '' ? 'The body' : where} ${first.detail}${more.length > 0 ? ` (and ${more.length} more)` : ''}.`
}

/** What is sent where nothing is read was meant to say something, such as to validate only: it must not be passed over. */
function unreadFields({ body, isBase64Encoded }: ApiEvent): readonly Violation[] {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()
  if (text.trim() === '') return []
  const fields = jsonObject(text)
  if (!fields) return [{ pointer: '', rule: 'no_body', detail: 'must be empty: this call takes none' }]
  return violationsOf([{ code: 'unrecognized_keys', keys: Object.keys(fields), path: [], message: '' }], fields)
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The body's broken rules: those of its shape and, as far as its parts are valid, those between its fields. */
function bodyViolations(
  route: Route,
  raw: unknown,
  event: ApiEvent,
): { body: unknown; violations: readonly Violation[] } {
  if (!route.body) return { body: undefined, violations: route.method === 'get' ? [] : unreadFields(event) }
  const result = route.body.safeParse(raw)
  const shape = result.success ? [] : violationsOf(result.error.issues, raw)
  return { body: result.data, violations: [...shape, ...(route.rules?.(raw) ?? [])] }
}

/**
 * Holds the request against its route: 400 for parameters and headers, 422 for the body, each with every violation at
 * once. Endpoints get only what has passed, with defaults filled in.
 */
export function validateRequest(): ApiMiddleware {
  return {
    before: ({ event }) => {
      const exchange = exchangeOf(event)
      const { route, params: givenParams } = matchOf(event)
      const params = parseParameters(route.params, givenParams)
      const query = parseParameters(route.query, { ...event.queryStringParameters })
      const wrong = [...params.violations, ...query.violations, ...repeated(event), ...headerViolations(event, route)]
      if (wrong.length > 0) throw new DomainError('INVALID_PARAMETER', listed(wrong), { violations: wrong })
      if (route.idempotent && event.headers['idempotency-key'] === undefined) {
        throw new DomainError('IDEMPOTENCY_KEY_MISSING', 'Send an Idempotency-Key: a new random one for a new request.')
      }
      if (route.ifMatch && event.headers['if-match'] === undefined) {
        throw new DomainError('PRECONDITION_REQUIRED', 'Send If-Match with the ETag of the resource as you know it.')
      }
      const { body, violations } = bodyViolations(route, exchange.rawBody, event)
      if (violations.length > 0) throw new DomainError('INVALID_FIELD', listed(violations), { violations })
      exchange.input = { params: params.value, query: query.value, body }
    },
  }
}
