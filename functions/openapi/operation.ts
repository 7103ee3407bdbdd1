import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { Problem } from '../../shared/contract/problem.ts'
import { errorsOf, mayLackBody, type Route } from '../../shared/contract/route.ts'
import { type ErrorCode, errorRow } from '../../shared/errors/catalogue.ts'
import { mediaTypesOf } from '../middleware/json-body.ts'
import { answerHeaders, requestHeaders, successHeaders } from './headers.ts'
import { linksOf } from './links.ts'

type Statuses = `${1 | 2 | 3 | 4 | 5}${string}`
type Response = NonNullable<ZodOpenApiResponsesObject[Statuses]>
type Responses = Record<Statuses, Response>

function isStatus(text: string): text is Statuses {
  return /^[1-5]/.test(text)
}

function put(responses: Responses, status: number, response: Response): void {
  const key = String(status)
  if (isStatus(key)) responses[key] = response
}

function successes(route: Route, responses: Responses): void {
  for (const [status, answer] of Object.entries(route.answers)) {
    const links = linksOf(answer.body)
    put(responses, Number(status), {
      description: answer.description,
      headers: successHeaders(route, answer),
      ...(answer.body && { content: { 'application/json': { schema: answer.body } } }),
      ...(links && { links }),
    })
  }
  if (route.etag) {
    put(responses, 304, {
      description: 'Not changed since the representation named by If-None-Match',
      headers: answerHeaders(route, ['ETag']),
    })
  }
}

/** One response per status, naming every code that it may carry. */
function failures(route: Route, responses: Responses): void {
  const byStatus = Map.groupBy(errorsOf(route), (code) => errorRow(code).status)
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    const explain = (code: ErrorCode) => `\`${code}\`: ${errorRow(code).title}.`
    put(responses, status, {
      description: codes.map(explain).join('\n\n'),
      headers: answerHeaders(route, [
        ...(codes.some((code) => errorRow(code).retryable) ? (['Retry-After'] as const) : []),
        ...(status === 401 || codes.includes('FORBIDDEN') ? (['WWW-Authenticate'] as const) : []),
      ]),
      content: { 'application/problem+json': { schema: Problem } },
    })
  }
}

const contentOf = <T>(types: readonly string[], content: T): Record<string, T> =>
  Object.fromEntries(types.map((type) => [type, content]))

/** A route as an OpenAPI operation: everything in it comes from the route's definition. */
export function operationOf(route: Route): ZodOpenApiOperationObject {
  const responses: Responses = {}
  successes(route, responses)
  failures(route, responses)
  const examples = Object.fromEntries(Object.entries(route.examples ?? {}).map(([name, value]) => [name, { value }]))
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: route.scope === 'public' ? [] : [{ token: [route.scope] }],
    requestParams: { path: route.params, query: route.query, header: requestHeaders(route) },
    ...(route.body && {
      requestBody: {
        required: !mayLackBody(route),
        content: contentOf(mediaTypesOf(route), { schema: route.body, examples }),
      },
    }),
    responses,
  }
}
