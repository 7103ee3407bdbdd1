import type { Problem } from '../../shared/contract/problem.ts'
import { errorRow } from '../../shared/errors/catalogue.ts'
import { type DomainError, toDomainError } from '../../shared/errors/domain-error.ts'
import type { Log } from '../../shared/ports/log.ts'
import { type ApiMiddleware, exchangeOf } from './exchange.ts'

/** The problem document of an error. Its `type` is the path where the code is explained. */
export function problemOf(error: DomainError, instance: string, requestId: string): Problem {
  const { status, title, retryable } = errorRow(error.code)
  const { violations, metadata, retryAfterSeconds } = error.context
  return {
    type: `/v1/errors/${error.code}`,
    title,
    status,
    detail: error.message,
    instance,
    code: error.code,
    requestId,
    retryable,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(metadata && {
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, copy(value)])),
    }),
    ...(violations && { errors: [...violations] }),
  }
}

function copy(value: string | number | boolean | readonly string[]): string | number | boolean | string[] {
  return typeof value === 'object' ? [...value] : value
}

/**
 * Turns everything thrown into an RFC 9457 problem document. What is not one of our own errors becomes INTERNAL and is
 * logged here, once, with its cause. It must be the last in the stack: errors are handled in reverse, and the others
 * then add their headers to its answer.
 */
export function problemJson(log: Log): ApiMiddleware {
  return {
    onError: (request) => {
      const error = toDomainError(request.error)
      const { requestId } = exchangeOf(request.event)
      if (error.status >= 500)
        log.error('request failed', { requestId, code: error.code }, error.context.cause ?? error)
      const { retryAfterSeconds, headers } = error.context
      request.response = {
        statusCode: error.status,
        headers: {
          'Content-Type': 'application/problem+json',
          'Cache-Control': 'no-store',
          ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
          ...headers,
        },
        body: JSON.stringify(problemOf(error, request.event.path, requestId)),
      }
    },
  }
}
