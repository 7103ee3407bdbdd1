import type { PortName } from '../ports/ports.ts'
import { ROUTE_NAMES, ROUTES, type RouteName } from './routes.ts'

/** How a function touches the store. A route for which a scope to read is enough only reads it. */
export type StoreAccess = 'read' | 'write'

/** One function of the deployed API: the routes it answers, their ports, and how it touches the store. */
export interface RouteGroup {
  readonly name: string
  readonly routes: readonly RouteName[]
  readonly needs: readonly PortName[]
  readonly storeAccess: StoreAccess
}

/** The ports that answering any request takes; none of them is a permission. */
export const ROUTE_BASE_NEEDS = ['clock', 'ids', 'log', 'offering'] as const satisfies readonly PortName[]

const storeAccessOf = (name: RouteName): StoreAccess => (ROUTES[name].scope.endsWith(':write') ? 'write' : 'read')

const permissionsOf = (name: RouteName): readonly PortName[] => {
  const needs: readonly PortName[] = ROUTES[name].needs
  return needs.filter((need) => !ROUTE_BASE_NEEDS.some((base) => base === need)).toSorted()
}

/**
 * Routes that deserve the same grants run in one function. The group is named after them: `referenceApi` reaches nothing,
 * `readApi` and `writeApi` the store, `writeKafkaApi` clusters too. Nobody chooses a group: it follows from the routes.
 */
export function routeGroup(name: RouteName): string {
  const permissions = permissionsOf(name)
  const words = permissions
    .filter((need) => need !== 'store')
    .map((need) => need.charAt(0).toUpperCase() + need.slice(1))
  return `${permissions.includes('store') ? storeAccessOf(name) : 'reference'}${words.join('')}Api`
}

/** Every group, for whoever makes functions of them. */
export function routeGroups(): readonly RouteGroup[] {
  const names = [...new Set(ROUTE_NAMES.map(routeGroup))].toSorted()
  return names.map((name) => {
    const routes = ROUTE_NAMES.filter((route) => routeGroup(route) === name)
    return {
      name,
      routes,
      needs: [...new Set<PortName>([...ROUTE_BASE_NEEDS, ...routes.flatMap(permissionsOf)])],
      storeAccess: routes.some((route) => storeAccessOf(route) === 'write') ? 'write' : 'read',
    }
  })
}
