import type { z } from 'zod'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Violation } from '../errors/domain-error.ts'
import type { PortName } from '../ports/ports.ts'
import type { Scope } from './scope.ts'

/** Headers that an answer promises and its endpoint must give. `ETag` is computed by the middleware where `etag` is set. */
export type AnswerHeader = 'Location' | 'Content-Location'

/** The statuses a route may succeed with. 304 is added by the middleware, errors come from the catalogue. */
export type SuccessStatus = 200 | 201 | 202 | 204

/** One documented success: its body (absent for 204) and the headers that come with it. */
export interface Answer {
  readonly description: string
  readonly body?: z.ZodType
  readonly headers?: readonly AnswerHeader[]
}

/**
 * One endpoint, said once. Validation, types, OpenAPI, the API Gateway resources, the router, the scope check and the
 * CLI's help all come from this definition.
 */
export interface Route {
  /** The `operationId`, identical to the key in ROUTES and to the endpoint's file in camel case. */
  readonly name: string
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  readonly path: `/v1/${string}`
  readonly tag: 'Clusters' | 'Brokers' | 'Operations' | 'Topics' | 'Users' | 'Events' | 'Reference'
  readonly summary: string
  readonly description?: string
  /** The scope a token needs; `public` routes are answered without a token. */
  readonly scope: Scope | 'public'
  /** The ports that its endpoint takes: the type of the endpoint's ports and the grant of the function it runs in. */
  readonly needs: readonly PortName[]
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body?: z.ZodType
  /** The body is a merge patch and may also be called so: `application/merge-patch+json`. */
  readonly mergePatch?: true
  /** Rules between the fields of the body, beyond its shape; given the body as it was sent. */
  readonly rules?: (body: unknown) => readonly Violation[]
  /** Named bodies for the documentation and the tests; the first is complete and valid. */
  readonly examples?: Readonly<Record<string, unknown>>
  readonly answers: Readonly<Partial<Record<SuccessStatus, Answer>>>
  /** Codes beyond those that `errorsOf` derives from the other fields. */
  readonly errors: readonly ErrorCode[]
  /** `Idempotency-Key` is required. Every POST has it. */
  readonly idempotent?: true
  /** `If-Match` is required: 428 without, 412 when it names an older representation. */
  readonly ifMatch?: true
  /** The 200 carries an ETag and `If-None-Match` is answered with 304. */
  readonly etag?: true
  /** The query takes `pageSize` and `pageToken`. */
  readonly paged?: true
}

/** Declares a route; the literal types are kept, so that its endpoint is typed by it. */
export function defineRoute<const R extends Route>(route: R): R {
  return route
}

/** Tells whether a route is also called without a body: its schema then says what is meant. */
export function mayLackBody({ body }: Pick<Route, 'body'>): boolean {
  return body === undefined || body.safeParse(undefined).success
}

const ALWAYS = [
  'INVALID_PARAMETER',
  'NOT_ACCEPTABLE',
  'TOO_MANY_REQUESTS',
  'INTERNAL',
  'STORE_CONTENTION',
] as const satisfies readonly ErrorCode[]

/** Every code that a route may answer: what the middleware can refuse for a route of this shape, and its own. */
export function errorsOf(route: Route): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>(ALWAYS)
  const add = (...more: readonly ErrorCode[]) => {
    for (const code of more) codes.add(code)
  }
  if (route.scope !== 'public') add('UNAUTHENTICATED', 'FORBIDDEN', 'REQUEST_QUOTA_USED_UP')
  if (route.body) add('MALFORMED_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'INVALID_FIELD')
  // What is sent where no body is taken is refused, too.
  else if (route.method !== 'get') add('INVALID_FIELD')
  if (route.idempotent) add('IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED')
  if (route.ifMatch) add('PRECONDITION_REQUIRED', 'PRECONDITION_FAILED')
  if (route.paged) add('INVALID_PAGE_TOKEN')
  add(...route.errors)
  return [...codes]
}

/** What a route's callers send and get, for endpoints, SDK and CLI. */
export type ParamsOf<R extends Route> = z.output<R['params']>
export type QueryOf<R extends Route> = z.output<R['query']>
export type BodyOf<R extends Route> = R extends { readonly body: infer B extends z.ZodType } ? z.output<B> : undefined
export type BodyInputOf<R extends Route> = R extends { readonly body: infer B extends z.ZodType }
  ? z.input<B>
  : undefined

type AnswerBody<A> = A extends { readonly body: infer B extends z.ZodType }
  ? { readonly body: z.output<B> }
  : { readonly body?: undefined }

type AnswerHeaders<A> = A extends { readonly headers: readonly (infer H extends AnswerHeader)[] }
  ? { readonly headers: Readonly<Record<H, string>> }
  : { readonly headers?: undefined }

/** What an endpoint of the route may return: one of the documented successes, with its headers. */
export type AnswerOf<R extends Route> = {
  [S in keyof R['answers'] & number]: { readonly status: S } & AnswerBody<R['answers'][S]> &
    AnswerHeaders<R['answers'][S]>
}[keyof R['answers'] & number]
