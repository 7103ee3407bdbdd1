import type { BrokerRecord } from '../records/cluster.ts'
import type { TenantUsage } from '../records/tenant.ts'

/** What a cluster of these hosts takes from its tenant's limits. */
export function usageOf(brokers: readonly Pick<BrokerRecord, 'volumeGiB'>[]): TenantUsage {
  return { clusters: 1, brokers: brokers.length, volumeGiB: brokers.reduce((sum, broker) => sum + broker.volumeGiB, 0) }
}

/** The same, given back. */
export function negated(usage: TenantUsage): TenantUsage {
  return { clusters: -usage.clusters, brokers: -usage.brokers, volumeGiB: -usage.volumeGiB }
}
