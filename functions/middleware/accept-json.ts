import { DomainError } from '../../shared/errors/domain-error.ts'
import type { ApiMiddleware } from './exchange.ts'

const ANSWERABLE = new Set(['*/*', 'application/*', 'application/json', 'application/problem+json'])

/** Tells whether one of the media ranges of an `Accept` header, not weighted with q=0, takes JSON. */
export function acceptsJson(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return ANSWERABLE.has(type) && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

/** Answers 406 to a caller that would not take JSON. */
export function acceptJson(): ApiMiddleware {
  return {
    before: ({ event }) => {
      const accept = event.headers.accept
      if (accept === undefined || accept.trim() === '' || acceptsJson(accept)) return
      throw new DomainError('NOT_ACCEPTABLE', 'This API answers application/json; say so in Accept, or leave it out.')
    },
  }
}
