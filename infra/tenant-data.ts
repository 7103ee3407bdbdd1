import { Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import {
  ArnPrincipal,
  CompositePrincipal,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { StoreAccess } from '../shared/contract/route-groups.ts'
import type { DeploymentConfig } from './config.ts'
import { STORE_ACTIONS_OF } from './grants.ts'

/** The tag of a session that names the tenant; the adapter of the sessions sets it. */
const TENANT_TAG = 'tenantId'

/** The beginning of every partition of the tenant that the caller's session is tagged with. */
const OWN_PARTITIONS = `T#\${aws:PrincipalTag/${TENANT_TAG}}#*`

/** The roles that reach one tenant's rows: to read them, and to change them as well. */
export type TenantRoles = Readonly<Record<StoreAccess, string>>

/** The ARNs by name, not by reference: the functions that take the roles on are named in their trust. */
export function tenantRoleArns(scope: Construct, config: DeploymentConfig): TenantRoles {
  const arn = (access: StoreAccess) =>
    Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName(config, access) })
  return { read: arn('read'), write: arn('write') }
}

function roleName({ stage, region }: DeploymentConfig, access: StoreAccess): string {
  return `weir-${stage}-${region}-tenant-${access}`
}

interface TenantDataProps {
  readonly config: DeploymentConfig
  readonly table: Table
  /** The roles of the functions that answer tenants, and how they touch the store. */
  readonly callers: readonly { readonly role: Role; readonly access: StoreAccess }[]
}

/**
 * The only way of the tenant API to the table. A session of these roles is tagged with the tenant whom the authoriser
 * verified, and reaches the items whose partition begins with that tenant and nothing else (decision 0022).
 */
export class TenantData extends Construct {
  constructor(scope: Construct, id: string, { config, table, callers }: TenantDataProps) {
    super(scope, id)
    for (const access of ['read', 'write'] as const) {
      const trusted = callers.filter((caller) => caller.access === access)
      const role = new Role(this, access, {
        roleName: roleName(config, access),
        description: `Weir: may ${access === 'read' ? 'read' : 'read and change'} what the tenant has that a session is tagged with`,
        assumedBy: new CompositePrincipal(...trusted.map((caller) => taggedSessionOf(caller.role))),
      })
      role.addToPolicy(
        new PolicyStatement({
          actions: [...STORE_ACTIONS_OF[access]],
          resources: [table.tableArn],
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [OWN_PARTITIONS] },
            // `ForAllValues` also holds where there is no key at all, as in a scan; and nothing is one's own without a name.
            Null: { 'dynamodb:LeadingKeys': 'false', [`aws:PrincipalTag/${TENANT_TAG}`]: 'false' },
          },
        }),
      )
    }
  }
}

/** A function, as long as it names a tenant and says nothing else about itself. */
function taggedSessionOf(role: Role): SessionTagsPrincipal {
  return new SessionTagsPrincipal(
    new PrincipalWithConditions(new ArnPrincipal(role.roleArn), {
      StringLike: { [`aws:RequestTag/${TENANT_TAG}`]: '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [TENANT_TAG] },
    }),
  )
}
