import type { Route } from '../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES, type RouteName } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { type ApiMiddleware, exchangeOf } from './exchange.ts'

interface Target {
  readonly name: RouteName
  readonly route: Route
  readonly segments: readonly string[]
}

const TARGETS: readonly Target[] = ROUTE_NAMES.map((name) => ({
  name,
  route: ROUTES[name],
  segments: ROUTES[name].path.split('/'),
}))

/** The path parameters when the path has the route's shape. */
function bind(segments: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== path.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const given = path[index]
    if (given === undefined) return undefined
    if (segment.startsWith('{') && given !== '') params[segment.slice(1, -1)] = given
    else if (segment !== given) return undefined
  }
  return params
}

function decode(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/**
 * Finds the route of a request: 404 for a path that no route has, 405 with `Allow` for a path that has other methods.
 * It goes by the path and not by the gateway's resource, so that one handler serves any set of resources.
 */
export function matchRoute(): ApiMiddleware {
  return {
    before: ({ event }) => {
      const path = decode(event.path)
      const bound = TARGETS.flatMap((target) => {
        const params = path && bind(target.segments, path)
        return params ? [{ ...target, params }] : []
      })
      if (bound.length === 0) throw new DomainError('ROUTE_NOT_FOUND', 'There is no such path in this API.')
      const match = bound.find(({ route }) => route.method === event.httpMethod.toLowerCase())
      if (!match) {
        const allow = bound.map(({ route }) => route.method.toUpperCase()).join(', ')
        throw new DomainError('METHOD_NOT_ALLOWED', `This path takes ${allow}.`, { headers: { Allow: allow } })
      }
      exchangeOf(event).match = { name: match.name, route: match.route, params: match.params }
    },
  }
}
