import { isScope } from '../../shared/contract/scope.ts'
import { tierOf } from '../../shared/contract/tiers.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { TENANT_ID } from '../../shared/records/ids.ts'
import { type ApiEvent, type ApiMiddleware, exchangeOf, matchOf, type Principal } from './exchange.ts'

/** The authoriser's verdict as API Gateway hands it on: a flat record of strings. */
function principalOf(event: ApiEvent): Principal | undefined {
  const context: unknown = event.requestContext?.authorizer
  if (typeof context !== 'object' || context === null) return undefined
  const { tenantId, subject, scope, tier } = Object.fromEntries(Object.entries(context))
  if (typeof tenantId !== 'string' || !TENANT_ID.test(tenantId)) return undefined
  if (typeof subject !== 'string' || typeof scope !== 'string') return undefined
  return { tenantId, subject, scopes: scope.split(' ').filter(isScope), tier: tierOf(tier) }
}

/**
 * Takes the caller from the authoriser, which has verified the token: 401 when there is none, 403 when its scopes lack
 * the route's. The tenant comes from nowhere else.
 */
export function authorise(): ApiMiddleware {
  return {
    before: ({ event }) => {
      const { route } = matchOf(event)
      if (route.scope === 'public') return
      const principal = principalOf(event)
      if (!principal) {
        throw new DomainError('UNAUTHENTICATED', 'Send a valid token: "Authorization: Bearer <JWT>".', {
          headers: { 'WWW-Authenticate': 'Bearer realm="weir"' },
        })
      }
      exchangeOf(event).principal = principal
      if (!principal.scopes.includes(route.scope)) {
        throw new DomainError('FORBIDDEN', `This call needs the scope ${route.scope}.`, {
          metadata: { requiredScope: route.scope },
          headers: { 'WWW-Authenticate': `Bearer realm="weir", error="insufficient_scope", scope="${route.scope}"` },
        })
      }
    },
  }
}
