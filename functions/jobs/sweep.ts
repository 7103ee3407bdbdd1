import type { Figures } from '../../shared/deployment/figures.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { BrokerStatus } from '../../shared/lifecycle/statuses.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { type FleetCluster, fleetClusters } from './fleet-clusters.ts'
import { sweepHosts } from './sweep-hosts.ts'
import { type SweptOperation, sweepOperation } from './sweep-operation.ts'
import { repairGone, type SweptCluster } from './sweep-repair.ts'

/** The ports of the job that looks after all clusters. */
export const SWEEP_NEEDS = ['store', 'clock', 'ids', 'log', 'workflows', 'hosts'] as const
export type SweepPorts = Needed<(typeof SWEEP_NEEDS)[number]>

/** How patient the sweeper is. */
export interface SweepSettings {
  /** A machine that has been gone for so long is replaced. */
  readonly repairAfterSeconds: number
  /**
   * Since when hosts could be heard, in milliseconds since the epoch; always where it is absent. Whoever has just begun to listen
   * has heard of nobody, and that is no silence of theirs.
   */
  readonly listeningSince?: number
}

/** What a sweep has seen and done. */
export interface Sweep {
  /** How many clusters exist. */
  readonly clusters: number
  readonly figures: Figures
}

/** A machine that is switched off and on again by an operation is silent meanwhile, and is no sign of trouble. */
const TAKEN_DOWN_BY_US: ReadonlySet<BrokerStatus> = new Set([
  'Rebooting',
  'Upgrading',
  'Stopping',
  'Stopped',
  'Deleting',
])

/** One cluster, and what became of the operation that it had. */
interface Seen extends SweptCluster {
  readonly operation: SweptOperation
}

/**
 * Looks after every cluster that exists: notices hosts that fell silent, takes up operations that nobody works on, and has
 * machines replaced that are gone. It finds all in the store, so it may run as often as it likes, at the same time as itself,
 * or not for a while. Trouble with one cluster is logged and does not keep it from the others.
 */
export async function sweep(ports: SweepPorts, { repairAfterSeconds, listeningSince }: SweepSettings): Promise<Sweep> {
  const swept: Seen[] = []
  const failed: unknown[] = []
  let clusters = 0
  for await (const cluster of fleetClusters(ports)) {
    clusters++
    swept.push(...(await sweepCluster(ports, cluster, listeningSince, failed)))
  }
  const held = await repairGone(ports, swept, repairAfterSeconds)
  const count = (isMeant: (seen: Seen) => boolean) => swept.filter(isMeant).length
  return {
    clusters,
    figures: {
      SilentHosts: swept.reduce((sum, { silent }) => sum + silent.length, 0),
      StuckOperations: count(({ operation }) => operation !== 'AtWork'),
      OperationsGivenUp: count(({ operation }) => operation === 'GivenUp'),
      RepairsHeld: held,
      DriftedClusters: count(({ cluster }) => cluster.drift !== undefined),
      ClustersNotLookedAfter: failed.length,
    },
  }
}

async function sweepCluster(
  ports: SweepPorts,
  { tenantId, clusterId }: FleetCluster,
  listeningSince: number | undefined,
  failed: unknown[],
): Promise<readonly Seen[]> {
  try {
    const cluster = (await loadCluster(ports.store, tenantId, clusterId)).record
    const operation = await sweepOperation(ports, cluster)
    const found = await sweepHosts(ports, cluster, listeningSince)
    const all = await brokersOf(ports.store, tenantId, clusterId)
    // Nobody misses a broker that has not joined yet: the operation that adds it looks after it.
    const brokers = all.filter(({ joining }) => joining === undefined)
    const isMissed = (nodeId: number) => brokers.some((broker) => broker.nodeId === nodeId)
    const isOurDoing = (nodeId: number) =>
      brokers.some((broker) => broker.nodeId === nodeId && TAKEN_DOWN_BY_US.has(broker.status))
    const silent = found.silent.filter(({ nodeId }) => isMissed(nodeId) && !isOurDoing(nodeId))
    const withoutVolume = found.withoutVolume.filter(isMissed)
    const isBad = ({ nodeId, status, health }: BrokerRecord) =>
      status === 'Error' || health === 'Unavailable' || silent.some((host) => host.nodeId === nodeId)
    const badNodes = brokers.filter(isBad).map(({ nodeId }) => nodeId)
    return [{ cluster, brokers, badNodes, silent, withoutVolume, operation }]
  } catch (thrown) {
    // It was deleted a moment ago.
    if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') return []
    ports.log.error('a cluster could not be looked after', { tenantId, clusterId }, thrown)
    failed.push(thrown)
    return []
  }
}
