import httpJsonBodyParser from '@middy/http-json-body-parser'
import { mayLackBody, type Route } from '../../shared/contract/route.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { type ApiEvent, type ApiMiddleware, exchangeOf, matchOf } from './exchange.ts'

/** The largest body taken. An order for 100 topics with long names and settings is a tenth of it. */
export const MAX_BODY_BYTES = 256 * 1024

const parser = httpJsonBodyParser()

/** The media types that a route's body may have. */
export function mediaTypesOf({ mergePatch }: Pick<Route, 'mergePatch'>): readonly string[] {
  return mergePatch ? ['application/merge-patch+json', 'application/json'] : ['application/json']
}

function bytesOf(event: ApiEvent): number {
  return event.body === null ? 0 : Buffer.byteLength(event.body, event.isBase64Encoded ? 'base64' : 'utf8')
}

/** Reads the body of routes that take one: 413, 415 and 400 for what is not even JSON; 422 is left to its meaning. */
export function jsonBody(): ApiMiddleware {
  return {
    before: async (request) => {
      const { event } = request
      const { route } = matchOf(event)
      if (!route.body || (bytesOf(event) === 0 && mayLackBody(route))) return
      if (bytesOf(event) > MAX_BODY_BYTES) {
        throw new DomainError('BODY_TOO_LARGE', `A body may hold ${MAX_BODY_BYTES} bytes.`, {
          metadata: { maxBodyBytes: MAX_BODY_BYTES },
        })
      }
      // The parser replaces the body of what it is given; the event stays as it came.
      const copy = { ...event }
      try {
        await parser.before?.({ ...request, event: copy })
      } catch (thrown) {
        throw refusal(thrown)
      }
      exchangeOf(event).rawBody = copy.body
    },
  }
}

function refusal(thrown: unknown): unknown {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined
  if (status === 415) {
    return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body with "Content-Type: application/json".')
  }
  if (status === 422) {
    const cause = thrown instanceof Error && typeof thrown.cause === 'object' ? thrown.cause : null
    const reason = cause !== null && 'message' in cause ? `: ${String(cause.message)}` : ''
    return new DomainError('MALFORMED_JSON', `The body is not valid JSON${reason}.`)
  }
  return thrown
}
