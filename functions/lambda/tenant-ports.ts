import type { Environment } from '../../shared/deployment/environment.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { Store } from '../../shared/ports/store.ts'
import { absentPort } from '../adapters/absent-port.ts'
import { latestUsed } from '../adapters/latest-used.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { awsPorts } from './aws-ports.ts'

/** How many tenants' sessions and clients a process keeps: some ten KiB each. */
const MOST_TENANTS = 200

/**
 * The ports of a function that answers tenants. The function itself may not touch the table: for each tenant it takes on a
 * role that reaches the rows of this tenant, so that no defect of an endpoint can show another's (decision 0022). What
 * else reads the store, as the authorities of clusters do, reads it by the same session.
 */
export function tenantPorts(settings: Environment<'api'>): (tenantId: string | undefined) => Promise<Ports> {
  const nobodys = awsPorts(settings, async () => absentPort<Store>('A call in no tenant’s name has no store'))
  const ofTenant = latestUsed(MOST_TENANTS, (tenantId) => awsPorts(settings, () => openStore(settings, tenantId)))
  return (tenantId) => (tenantId === undefined ? nobodys : ofTenant(tenantId))
}

/** Nothing is asked of AWS before the store is used. */
async function openStore({ WEIR_TABLE, WEIR_TENANT_ROLE_ARN: roleArn }: Environment<'api'>, tenantId: string) {
  const { openTenantTable } = await import('../adapters/dynamo-table.ts')
  const { tenantSession } = await import('../adapters/tenant-session.ts')
  return openTenantTable(WEIR_TABLE, tenantSession({ roleArn, tenantId, clock: systemClock }), systemClock)
}
