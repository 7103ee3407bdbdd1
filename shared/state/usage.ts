import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { TenantUsage } from '../records/tenant.ts'

/** What a cluster of this spec with so many hosts takes from its tenant's limits. */
export function usageOf(spec: ClusterSpec, hostCount: number): TenantUsage {
  return { clusters: 1, brokers: hostCount, volumeGiB: hostCount * spec.brokers.volumeGiB }
}

/** The same, given back. */
export function negated(usage: TenantUsage): TenantUsage {
  return { clusters: -usage.clusters, brokers: -usage.brokers, volumeGiB: -usage.volumeGiB }
}
