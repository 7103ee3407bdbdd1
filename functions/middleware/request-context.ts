import type { Log } from '../../shared/ports/log.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { type ApiEvent, type ApiMiddleware, exchangeOf } from './exchange.ts'

/** What callers may choose as their own request id; anything else is replaced, so that logs stay searchable. */
const CALLERS_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

function header(event: ApiEvent, name: string): string | undefined {
  const found = Object.entries(event.headers).find(([key]) => key.toLowerCase() === name)
  return found?.[1]
}

/**
 * Gives each request an id (the caller's own where it is sane), carries it into every answer, and writes one line to the
 * log when the request is over. It must be the first in the stack: what comes after an answer runs in reverse.
 */
export function requestContext(ports: Needed<'clock' | 'ids'>, log: Log): ApiMiddleware {
  const close: NonNullable<ApiMiddleware['after']> = ({ event, response }) => {
    const { requestId, traceparent, startedAt, match, principal, headers } = exchangeOf(event)
    if (response) response.headers = { ...response.headers, ...headers, 'X-Request-Id': requestId }
    log.info('request', {
      requestId,
      traceparent,
      method: event.httpMethod,
      route: match?.name,
      path: event.path,
      status: response?.statusCode,
      tenantId: principal?.tenantId,
      subject: principal?.subject,
      durationMilliseconds: ports.clock.now() - startedAt,
    })
  }
  return {
    before: ({ event }) => {
      // The gateway's own test calls come without any.
      event.headers ??= {}
      const given = header(event, 'x-request-id')
      const traceparent = header(event, 'traceparent')
      event.exchange = {
        requestId: given !== undefined && CALLERS_REQUEST_ID.test(given) ? given : ports.ids.next('request'),
        traceparent: traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined,
        startedAt: ports.clock.now(),
        headers: {},
      }
    },
    after: close,
    onError: close,
  }
}
