import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { type ApiMiddleware, exchangeOf } from './exchange.ts'

/** How fast one tenant may call. */
export interface RateLimit {
  readonly requestsPerSecond: number
  /** How many calls may come at once after a pause. */
  readonly burst: number
}

/** Enough for a console, a pipeline and a terminal at the same time. */
export const DEFAULT_RATE_LIMIT: RateLimit = { requestsPerSecond: 50, burst: 200 }

interface Bucket {
  tokens: number
  at: number
}

/** Buckets kept before the full ones, which say nothing, are dropped. */
const MAX_BUCKETS = 10_000

/**
 * A token bucket per tenant, with `RateLimit-*` in every answer. It counts the calls of this process only: that is the
 * whole limit in the local mode; on AWS the usage plans of API Gateway limit a tenant over all processes, and this is the
 * second line behind them.
 */
export function rateLimit({ clock }: Needed<'clock'>, limit: RateLimit = DEFAULT_RATE_LIMIT): ApiMiddleware {
  const buckets = new Map<string, Bucket>()
  const refilled = (bucket: Bucket | undefined, now: number): number =>
    bucket ? Math.min(limit.burst, bucket.tokens + ((now - bucket.at) / 1000) * limit.requestsPerSecond) : limit.burst

  return {
    before: ({ event }) => {
      const exchange = exchangeOf(event)
      if (!exchange.principal) return
      const { tenantId } = exchange.principal
      const now = clock.now()
      const tokens = refilled(buckets.get(tenantId), now)
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      if (!buckets.has(tenantId) && buckets.size >= MAX_BUCKETS) {
        for (const [id, bucket] of buckets) if (refilled(bucket, now) >= limit.burst) buckets.delete(id)
      }
      buckets.set(tenantId, { tokens: left, at: now })
      exchange.headers['RateLimit-Limit'] = String(limit.burst)
      exchange.headers['RateLimit-Remaining'] = String(Math.floor(left))
      exchange.headers['RateLimit-Reset'] = String(Math.ceil((limit.burst - left) / limit.requestsPerSecond))
      if (allowed) return
      throw new DomainError(
        'TOO_MANY_REQUESTS',
        `The tenant calls faster than ${limit.requestsPerSecond} times a second.`,
        {
          retryAfterSeconds: Math.max(1, Math.ceil((1 - left) / limit.requestsPerSecond)),
        },
      )
    },
  }
}
