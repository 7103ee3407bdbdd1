import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { type RouteGroup, routeGroups } from '../shared/contract/route-groups.ts'
import { TenantData, type TenantRoles, tenantRoleArns } from './tenant-data.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** API Gateway gives up after 29 seconds; the function ends with it, so that nothing goes on unseen. */
const REQUEST_TIMEOUT_SECONDS = 29

/** The functions that answer tenants, by privilege group, and the roles by which they reach the rows of one tenant each. */
export function tenantFunctions(scope: Construct, surroundings: FunctionSurroundings): ReadonlyMap<string, IFunction> {
  const { config, resources } = surroundings
  const roles = tenantRoleArns(scope, config)
  const made = routeGroups().map((group) => {
    const { lambda, role } = functionOf(scope, surroundings, group, roles)
    return { group, lambda, role }
  })
  new TenantData(scope, 'TenantData', {
    config,
    table: resources.table,
    callers: made
      .filter(({ group }) => group.needs.includes('store'))
      .map(({ group, role }) => ({ role, access: group.storeAccess })),
  })
  return new Map(made.map(({ group, lambda }) => [group.name, lambda]))
}

function functionOf(
  scope: Construct,
  surroundings: FunctionSurroundings,
  group: RouteGroup,
  roles: TenantRoles,
): WeirFunction<'api'> {
  const { resources } = surroundings
  const { table, authorityKey } = resources
  return new WeirFunction(scope, group.name, {
    ...surroundings,
    kind: 'api',
    description: `Answers ${group.routes.join(', ')}`.slice(0, 256),
    needs: group.needs,
    use: { tenantRole: roles[group.storeAccess] },
    environment: {
      WEIR_TABLE: table.tableName,
      WEIR_TENANT_ROLE_ARN: roles[group.storeAccess],
      WEIR_AUTHORITY_KEY_ARN: authorityKey.keyArn,
      WEIR_PUBLIC_ACCESS: resources.publicEntry ? 'offered' : 'none',
    },
    timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    memoryMiB: 1024,
  })
}
