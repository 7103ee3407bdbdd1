import { createHash } from 'node:crypto'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { type ApiMiddleware, matchOf } from './exchange.ts'

/** A strong entity tag of a representation: it changes when, and only when, the answered bytes do. */
export function entityTag(json: string): string {
  return `"${createHash('sha256').update(json).digest('base64url').slice(0, 27)}"`
}

function tagsIn(header: string): readonly string[] {
  return header.match(/(W\/)?"[^"]*"/g) ?? []
}

/** 412 unless `If-Match` is `*` or names the representation as it is now. Weak tags never match (RFC 9110 §13.1.1). */
export function assertMatches(ifMatch: string, representation: unknown): void {
  if (ifMatch.trim() === '*') return
  if (tagsIn(ifMatch).includes(entityTag(JSON.stringify(representation)))) return
  throw new DomainError(
    'PRECONDITION_FAILED',
    'The resource is no longer what this ETag names. Read it again, decide again, and send the new ETag.',
  )
}

/** Puts an ETag on the answers of routes that promise one, and answers 304 to a caller that has it already. */
export function conditionalGet(): ApiMiddleware {
  return {
    after: ({ event, response }) => {
      if (!matchOf(event).route.etag || response?.statusCode !== 200) return
      const tag = entityTag(response.body)
      response.headers = { ...response.headers, ETag: tag }
      const known = event.headers['if-none-match']
      if (known === undefined) return
      // If-None-Match compares weakly (RFC 9110 §13.1.2): a proxy that compressed the answer may have weakened the tag.
      const names = tagsIn(known).map((text) => text.replace(/^W\//, ''))
      if (known.trim() !== '*' && !names.includes(tag)) return
      response.statusCode = 304
      response.body = ''
      const { 'Content-Type': _unsent, ...headers } = response.headers
      response.headers = headers
    },
  }
}
