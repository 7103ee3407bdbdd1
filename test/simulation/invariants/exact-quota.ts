import { NO_USAGE, type TenantUsage } from '../../../shared/records/tenant.ts'
import { type Facts, type Invariant, Violation } from './facts.ts'

/** What a tenant is charged for is what it has, to the last GiB, within its limits, and each name is held by its cluster. */
export const exactQuota: Invariant = ({ changes }, facts) => {
  for (const tenantId of new Set(changes.flatMap((change) => (change.kind === 'cluster' ? [change.tenantId] : [])))) {
    const tenant = facts.tenants.get(tenantId)
    const usage = tenant?.usage ?? NO_USAGE
    const owned = ownedBy(facts, tenantId)
    for (const thing of ['clusters', 'brokers', 'volumeGiB'] as const) {
      if (usage[thing] !== owned[thing])
        throw new Violation(`Tenant ${tenantId} is charged ${usage[thing]} ${thing} and has ${owned[thing]}`)
      if (tenant && usage[thing] > tenant.limits[thing])
        throw new Violation(`Tenant ${tenantId} has ${usage[thing]} of ${tenant.limits[thing]} ${thing}`)
    }
  }
  const holders = [...facts.names.keys()].toSorted().join()
  const clusters = [...facts.clusters.keys()].toSorted().join()
  if (holders !== clusters) throw new Violation(`Names are held by ${holders}, but there are ${clusters}`)
}

function ownedBy({ clusters, brokers }: Facts, tenantId: string): TenantUsage {
  const ids = [...clusters.values()]
    .filter((cluster) => cluster.tenantId === tenantId)
    .map(({ clusterId }) => clusterId)
  const hosts = ids.flatMap((clusterId) => [...(brokers.get(clusterId)?.values() ?? [])])
  return {
    clusters: ids.length,
    brokers: hosts.length,
    // What was ordered counts before it is there, and still after a growth that failed.
    volumeGiB: hosts.reduce((sum, { volumeGiB, orderedGiB = 0 }) => sum + Math.max(volumeGiB, orderedGiB), 0),
  }
}
