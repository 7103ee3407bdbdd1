import { DomainError } from '../errors/domain-error.ts'
import type { Store, Write } from '../ports/store.ts'
import { keys } from '../records/keys.ts'
import type { TenantUsage } from '../records/tenant.ts'
import { loadTenant } from './load.ts'
import { putRecord } from './stored.ts'

const THINGS = ['clusters', 'brokers', 'volumeGiB'] as const satisfies readonly (keyof TenantUsage)[]

/** The usage after a change; QUOTA_EXCEEDED names every limit that a growth would break. Giving back is always allowed. */
export function chargeUsage(limits: TenantUsage, usage: TenantUsage, delta: TenantUsage): TenantUsage {
  const wanted = { clusters: 0, brokers: 0, volumeGiB: 0 }
  for (const thing of THINGS) wanted[thing] = usage[thing] + delta[thing]
  const broken = THINGS.filter((thing) => delta[thing] > 0 && wanted[thing] > limits[thing])
  if (broken.length > 0) {
    throw new DomainError(
      'QUOTA_EXCEEDED',
      `The tenant would exceed its limit of ${broken.map((thing) => `${limits[thing]} ${thing} (in use ${usage[thing]}, asked for ${delta[thing]} more)`).join(' and ')}.`,
      { metadata: { quotas: broken } },
    )
  }
  return wanted
}

/** The write that changes the tenant's usage; its version guard makes parallel claims exact. */
export async function quotaWrite(store: Store, tenantId: string, delta: TenantUsage): Promise<Write> {
  const { record, stored } = await loadTenant(store, tenantId)
  const usage = chargeUsage(record.limits, record.usage, delta)
  return putRecord(keys.tenant(tenantId), { ...record, usage }, stored)
}
