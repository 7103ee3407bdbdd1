import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { AnswerOf, Route } from '../shared/contract/route.ts'
import { ROUTES, type RouteName, type Routes } from '../shared/contract/routes.ts'
import type { Clock } from '../shared/ports/clock.ts'
import { type RequestParts, requestInit, requestUrl } from './api-request.ts'
import { ProblemError, ReceivedProblem, UnreachableError } from './cli-error.ts'

/** Where the API is and who calls. */
export interface ApiConnection {
  readonly url: string
  readonly token?: string | undefined
  readonly clock: Clock
  /** Ends a call in the middle. */
  readonly signal?: AbortSignal | undefined
}

type Nothing = Record<never, never>
type Part<K extends string, T> = Nothing extends T ? { readonly [P in K]?: T } : { readonly [P in K]: T }
type BodyPart<R> = R extends { readonly body: infer B extends z.ZodType }
  ?
      | (Part<'body', z.input<B>> & { readonly bodyAsWritten?: never })
      | { readonly body?: never; readonly bodyAsWritten: unknown }
  : Nothing

/**
 * What a call of a route needs, typed by the route. `bodyAsWritten` instead of `body` sends what a person wrote: the API
 * judges it, so that its words about a wrong field are the only ones, and newer fields need no newer CLI.
 */
export type CallInput<R extends Route> = Part<'params', z.input<R['params']>> &
  Part<'query', z.input<R['query']>> &
  BodyPart<R> &
  (R extends { readonly ifMatch: true } ? { readonly ifMatch: string } : Nothing) &
  (R extends { readonly idempotent: true } ? { readonly idempotencyKey?: string } : Nothing)

type CallArguments<R extends Route> = Nothing extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]

/** What a call gives: one of the route's successes, with its ETag where the API sent one. */
export type CallAnswer<R extends Route> = AnswerOf<R> & { readonly etag: string | undefined }

/** The tenant API, one typed call for every route of the table. */
export interface ApiClient {
  readonly url: string
  call<N extends RouteName>(name: N, ...input: CallArguments<Routes[N]>): Promise<CallAnswer<Routes[N]>>
}

/** Tries of one call: a control plane that is being restarted is back within a few seconds. */
const ATTEMPTS = 6
const FIRST_PAUSE_MILLISECONDS = 200
const LONGEST_PAUSE_MILLISECONDS = 3000

/** Longer than the longest wait (25 s) and than what API Gateway allows (29 s). */
const REQUEST_MILLISECONDS = 35_000

/** Answers that say "not now": the request had no effect, or the same Idempotency-Key finds what it did. */
const TRY_AGAIN = new Set([429, 502, 503, 504])

/**
 * Makes a client. Calls that got no answer, or the answer "not now", are repeated with the same Idempotency-Key, so that
 * a repeat of a POST finds what the first one did. Answers are not checked against the schema: values may be added to the
 * API that this release does not know.
 */
export function createApiClient(connection: ApiConnection): ApiClient {
  return {
    url: connection.url,
    call: async (name, ...[input]) => {
      const route: Route = ROUTES[name]
      const { bodyAsWritten, ...parts }: RequestParts & { readonly bodyAsWritten?: unknown } = input ?? {}
      const answer = await callRoute(connection, route, {
        ...parts,
        ...(bodyAsWritten !== undefined && { body: bodyAsWritten }),
        ...(route.idempotent && { idempotencyKey: parts.idempotencyKey ?? randomUUID() }),
      })
      if (isAnswerOf<Routes[typeof name]>(route, answer)) return answer
      throw new UnreachableError(`${connection.url} answered ${answer.status}, which the API does not for ${name}.`)
    },
  }
}

/** The body of a documented answer is what the API promises there; that promise is tested where the API is. */
function isAnswerOf<R extends Route>(route: Route, answer: RawAnswer): answer is RawAnswer & CallAnswer<R> {
  return Object.hasOwn(route.answers, answer.status)
}

interface RawAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string | undefined
}

async function callRoute(connection: ApiConnection, route: Route, parts: RequestParts): Promise<RawAnswer> {
  const { clock, signal } = connection
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(connection, route, parts)
    if ('answer' in outcome) return outcome.answer
    if (attempt === ATTEMPTS || !outcome.again) throw outcome.error
    const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_MILLISECONDS)
    await clock.sleep(Math.max(pause, outcome.pauseMilliseconds ?? 0), signal)
  }
}

type Outcome =
  | { readonly answer: RawAnswer }
  | { readonly error: Error; readonly again: boolean; readonly pauseMilliseconds?: number }

async function tryOnce({ url, token, signal }: ApiConnection, route: Route, parts: RequestParts): Promise<Outcome> {
  const limit = AbortSignal.timeout(REQUEST_MILLISECONDS)
  let response: Response
  let text: string
  try {
    const ending = signal === undefined ? limit : AbortSignal.any([limit, signal])
    response = await fetch(requestUrl(url, route, parts), { ...requestInit(route, token, parts), signal: ending })
    text = await response.text()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    return { error: new UnreachableError(`${url} does not answer: ${reasonOf(error)}.`, error), again: true }
  }
  const body = text === '' ? undefined : parseJson(text)
  if (response.ok && (body !== undefined || text === '')) {
    const etag = response.headers.get('etag') ?? undefined
    return { answer: { status: response.status, body, headers: promised(response.headers), etag } }
  }
  const problem = ReceivedProblem.safeParse(body)
  const pauseMilliseconds = Number(response.headers.get('retry-after') ?? 0) * 1000
  const again = TRY_AGAIN.has(response.status)
  if (!problem.success) {
    return { error: new UnreachableError(`${url} answered ${response.status} in a way the API does not.`), again }
  }
  const firstIsRunning = problem.data.code === 'IDEMPOTENCY_IN_PROGRESS'
  return { error: new ProblemError(problem.data), again: again || firstIsRunning, pauseMilliseconds }
}

function promised(headers: Headers): Readonly<Record<string, string>> {
  const names = ['Location', 'Content-Location']
  return Object.fromEntries(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
