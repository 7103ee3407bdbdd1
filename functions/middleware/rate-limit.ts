import { TIERS } from '../../shared/contract/tiers.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { type ApiMiddleware, exchangeOf } from './exchange.ts'

/** How fast one tenant may call. */
export interface RateLimit {
  readonly requestsPerSecond: number
  /** How many calls may come at once after a pause. */
  readonly burst: number
}

interface Bucket {
  tokens: number
  at: number
  limit: RateLimit
}

/** Buckets kept before the full ones, which say nothing, are dropped. */
const MAX_BUCKETS = 10_000

/**
 * A token bucket per tenant, as large as its tier says, with `RateLimit-*` in every answer. It counts the calls of this
 * process only: that is the whole limit in the local mode; on AWS the usage plans of API Gateway hold the same numbers over
 * all processes, and this is the second line behind them.
 */
export function rateLimit({ clock }: Needed<'clock'>, forAll?: RateLimit): ApiMiddleware {
  const buckets = new Map<string, Bucket>()
  const refilled = ({ tokens, at, limit }: Bucket, now: number): number =>
    Math.min(limit.burst, tokens + ((now - at) / 1000) * limit.requestsPerSecond)

  return {
    before: ({ event }) => {
      const exchange = exchangeOf(event)
      if (!exchange.principal) return
      const { tenantId, tier } = exchange.principal
      const limit = forAll ?? TIERS[tier]
      const now = clock.now()
      const bucket = buckets.get(tenantId)
      const tokens = bucket ? refilled({ ...bucket, limit }, now) : limit.burst
      const allowed = tokens >= 1
      const left = allowed ? tokens - 1 : tokens
      if (!buckets.has(tenantId) && buckets.size >= MAX_BUCKETS) {
        for (const [id, other] of buckets) if (refilled(other, now) >= other.limit.burst) buckets.delete(id)
      }
      buckets.set(tenantId, { tokens: left, at: now, limit })
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
