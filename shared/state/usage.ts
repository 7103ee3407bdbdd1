import type { BrokerRecord } from '../records/cluster.ts'
import type { TenantUsage } from '../records/tenant.ts'

type Volume = Pick<BrokerRecord, 'volumeGiB' | 'orderedGiB'>

/** The size of a volume that counts against the tenant's limit: what was ordered counts before it is there. */
export function countedGiB({ volumeGiB, orderedGiB = 0 }: Volume): number {
  return Math.max(volumeGiB, orderedGiB)
}

/** What a cluster of these hosts takes from its tenant's limits. */
export function usageOf(brokers: readonly Volume[]): TenantUsage {
  return {
    clusters: 1,
    brokers: brokers.length,
    volumeGiB: brokers.reduce((sum, broker) => sum + countedGiB(broker), 0),
  }
}

/** The same, given back. */
export function negated(usage: TenantUsage): TenantUsage {
  return { clusters: -usage.clusters, brokers: -usage.brokers, volumeGiB: -usage.volumeGiB }
}
