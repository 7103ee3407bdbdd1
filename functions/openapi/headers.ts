import { z } from 'zod'
import type { Answer, Route } from '../../shared/contract/route.ts'
import { ENTITY_TAGS, IDEMPOTENCY_KEY } from '../middleware/validate-request.ts'

const always = (id: string, description: string, example: string) =>
  z.string().meta({ description, example, header: { id } })

const sometimes = (id: string, description: string, example: string) =>
  z.string().optional().meta({ description, example, header: { id } })

/** Every header an answer may carry, by its name. */
const ANSWER_HEADERS = {
  'X-Request-Id': always('X-Request-Id', 'Names this request in our logs', 'req_01JD8X3V9QWERTYZ0123456789'),
  ETag: always(
    'ETag',
    'Names this representation; send it back in If-Match or If-None-Match',
    '"3q2-7wEjRWeJq83vASNFZ4mrK1c"',
  ),
  Location: always('Location', 'Path of what was created', '/v1/operations/op_01JD8X3V9QWERTYZ0123456789'),
  'Content-Location': always(
    'Content-Location',
    'Path of the cluster that the operation is about',
    '/v1/clusters/clu_01JD8X3V9QWERTYZ0123456789',
  ),
  'RateLimit-Limit': sometimes('RateLimit-Limit', 'Calls the tenant may make at once', '200'),
  'RateLimit-Remaining': sometimes('RateLimit-Remaining', 'Calls that are left of it', '199'),
  'RateLimit-Reset': sometimes('RateLimit-Reset', 'Seconds until all of it is there again', '1'),
  'Retry-After': sometimes('Retry-After', 'Seconds after which the same request may succeed', '30'),
  'Idempotent-Replayed': sometimes(
    'Idempotent-Replayed',
    '"true" when this is the kept answer of an earlier request with the same Idempotency-Key',
    'true',
  ),
  'WWW-Authenticate': sometimes('WWW-Authenticate', 'How to authenticate', 'Bearer realm="weir"'),
} as const

type HeaderName = keyof typeof ANSWER_HEADERS

const RATE_LIMIT = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const

/** The headers that an answer of the route may carry: those of every answer, and the given ones. */
export function answerHeaders(route: Route, names: readonly HeaderName[]): z.ZodObject {
  const shape: Record<string, z.ZodType> = {}
  const all = ['X-Request-Id', ...(route.scope === 'public' ? [] : RATE_LIMIT), ...names] as const
  for (const name of all) shape[name] = ANSWER_HEADERS[name]
  return z.object(shape)
}

/** The headers of a success. */
export function successHeaders(route: Route, answer: Answer): z.ZodObject {
  return answerHeaders(route, [
    ...(answer.headers ?? []),
    ...(route.etag ? (['ETag'] as const) : []),
    ...(route.idempotent ? (['Idempotent-Replayed'] as const) : []),
  ])
}

/** What callers send besides path, query and body. */
export function requestHeaders(route: Route): z.ZodObject {
  const requestId = z
    .string()
    .optional()
    .meta({ description: 'Your own id for this request: 1 to 128 letters, digits, dots, hyphens or underscores' })
  const idempotencyKey = z.string().regex(IDEMPOTENCY_KEY).meta({
    description: 'A new random value for a new request, the same for its repeats. Remembered for 24 hours.',
    example: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  })
  const ifMatch = z
    .string()
    .regex(ENTITY_TAGS)
    .meta({ description: 'The ETag of the resource as you know it, or *', example: '*' })
  const ifNoneMatch = z
    .string()
    .optional()
    .meta({ description: 'An ETag you have the representation of: 304 while it is current' })
  return z.object({
    'X-Request-Id': requestId,
    ...(route.idempotent ? { 'Idempotency-Key': idempotencyKey } : {}),
    ...(route.ifMatch ? { 'If-Match': ifMatch } : {}),
    ...(route.etag ? { 'If-None-Match': ifNoneMatch } : {}),
  })
}
