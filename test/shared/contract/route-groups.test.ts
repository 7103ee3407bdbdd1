import { describe, expect, it } from 'vitest'
import { ROUTE_BASE_NEEDS, routeGroups } from '../../../shared/contract/route-groups.ts'
import { ROUTE_NAMES, ROUTES } from '../../../shared/contract/routes.ts'

describe('the groups of routes', () => {
  it('hold every route exactly once', () => {
    expect(
      routeGroups()
        .flatMap(({ routes }) => routes)
        .toSorted(),
    ).toEqual([...ROUTE_NAMES].toSorted())
  })

  it('give no route a port that it does not need, beyond those that are no permission', () => {
    for (const { name, routes, needs } of routeGroups()) {
      for (const route of routes) {
        const own = new Set<string>([...ROUTE_BASE_NEEDS, ...ROUTES[route].needs])
        expect(new Set<string>(needs), `${route} in ${name}`).toEqual(own)
      }
    }
  })

  it('let a group write to the store only if every one of its routes takes a scope to write', () => {
    for (const { routes, storeAccess } of routeGroups()) {
      const writes = routes.map((route) => ROUTES[route].scope.endsWith(':write'))
      expect(writes).toEqual(writes.map(() => storeAccess === 'write'))
    }
  })

  it('reach nothing for public routes', () => {
    for (const { needs, routes } of routeGroups()) {
      if (routes.some((route) => ROUTES[route].scope === 'public')) expect(needs).toEqual(ROUTE_BASE_NEEDS)
    }
  })
})
