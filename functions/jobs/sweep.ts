import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { partitions } from '../../shared/records/keys.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { fromItem, type Stored } from '../../shared/state/stored.ts'
import { sweepHosts } from './sweep-hosts.ts'
import { sweepOperation } from './sweep-operation.ts'
import { repairGone, type SweptCluster } from './sweep-repair.ts'

/** The ports of the job that looks after all clusters. */
export const SWEEP_NEEDS = ['store', 'clock', 'ids', 'log', 'workflows', 'hosts'] as const
export type SweepPorts = Needed<(typeof SWEEP_NEEDS)[number]>

/** The row of a cluster in the list of all that exist. */
export interface FleetCluster {
  readonly tenantId: string
  readonly clusterId: string
}

/** How many clusters are read at once. */
const PAGE_SIZE = 100

/** How patient the sweeper is. */
export interface SweepSettings {
  /** A machine that has been gone for so long is replaced. */
  readonly repairAfterSeconds: number
}

/**
 * Looks after every cluster that exists: notices hosts that fell silent, takes up operations that nobody works on, and has
 * machines replaced that are gone. It finds all in the store, so it may run as often as it likes, at the same time as itself,
 * or not for a while. Trouble with one cluster is logged and does not keep it from the others. Answers how many there are.
 */
export async function sweep(ports: SweepPorts, { repairAfterSeconds }: SweepSettings): Promise<number> {
  const swept: SweptCluster[] = []
  let clusters = 0
  let after: string | undefined
  do {
    const page = await ports.store.query({
      partition: partitions.fleet,
      limit: PAGE_SIZE,
      ...(after !== undefined && { after }),
    })
    for (const item of page.items) swept.push(...(await sweepCluster(ports, fromItem<FleetCluster>(item))))
    clusters += page.items.length
    after = page.next
  } while (after !== undefined)
  await repairGone(ports, swept, repairAfterSeconds)
  return clusters
}

async function sweepCluster(ports: SweepPorts, { record }: Stored<FleetCluster>): Promise<readonly SweptCluster[]> {
  const { tenantId, clusterId } = record
  try {
    const cluster = (await loadCluster(ports.store, tenantId, clusterId)).record
    await sweepOperation(ports, cluster)
    const { silent, withoutVolume } = await sweepHosts(ports, cluster)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const isBad = ({ nodeId, status, health }: BrokerRecord) =>
      status === 'Error' || health === 'Unavailable' || silent.some((host) => host.nodeId === nodeId)
    const badNodes = brokers.filter(isBad).map(({ nodeId }) => nodeId)
    return [{ cluster, brokers, badNodes, silent, withoutVolume }]
  } catch (thrown) {
    // It was deleted a moment ago.
    if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') return []
    ports.log.error('a cluster could not be looked after', { tenantId, clusterId }, thrown)
    return []
  }
}
