import { addFigures, type Figures } from '../../shared/deployment/figures.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { Store } from '../../shared/ports/store.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { type FleetCluster, fleetClusters } from './fleet-clusters.ts'

/** The ports of the job that does for clusters what is due by the clock or by what their hosts report. */
export const MAINTAIN_NEEDS = ['store', 'clock', 'ids', 'log'] as const
export type MaintainPorts = Needed<(typeof MAINTAIN_NEEDS)[number]>

/**
 * Something that is looked at for each cluster in each run. It gets the cluster as it was read a moment ago and the time in
 * milliseconds since the epoch, decides anew inside the transaction that it writes, and does nothing the second time. It
 * finds all in the store: runs may be missed, and two may overlap.
 */
export interface Duty {
  readonly name: string
  readonly look: (ports: MaintainPorts, cluster: ClusterRecord, now: number) => Promise<Figures | undefined>
}

/** What a run came to; the figures of its duties are added up over all clusters. */
export interface MaintenanceRun {
  readonly clusters: number
  readonly figures: Figures
}

/** Does all duties for all clusters. Trouble with one of either keeps it from none of the others. */
export async function maintain(ports: MaintainPorts, duties: readonly Duty[]): Promise<MaintenanceRun> {
  let figures: Figures = { ClustersNotMaintained: 0 }
  const add = (found: Figures) => {
    figures = addFigures(figures, found)
  }
  let clusters = 0
  for await (const cluster of fleetClusters(ports)) {
    clusters++
    if (!(await maintainCluster(ports, cluster, duties, add))) add({ ClustersNotMaintained: 1 })
  }
  return { clusters, figures }
}

/** Tells whether all duties could be done. */
async function maintainCluster(
  ports: MaintainPorts,
  { tenantId, clusterId }: FleetCluster,
  duties: readonly Duty[],
  add: (found: Figures) => void,
): Promise<boolean> {
  let isDone = true
  let read: ClusterRecord | undefined
  const store = tellingOfWrites(ports.store, () => {
    read = undefined
  })
  for (const { name, look } of duties) {
    try {
      // Read anew only after a write: the duty before may have begun something.
      const cluster = read ?? (await loadCluster(ports.store, tenantId, clusterId)).record
      read = cluster
      const found = await look({ ...ports, store }, cluster, ports.clock.now())
      if (found) add(found)
    } catch (thrown) {
      // It was deleted a moment ago.
      if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') return isDone
      isDone = false
      ports.log.error('a duty could not be done for a cluster', { tenantId, clusterId, duty: name }, thrown)
    }
  }
  return isDone
}

/** The same store, which tells of each write before it is made. */
function tellingOfWrites(store: Store, tell: () => void): Store {
  return {
    get: (key) => store.get(key),
    query: (query) => store.query(query),
    changes: (cursor, limit) => store.changes(cursor, limit),
    transact: (writes) => {
      tell()
      return store.transact(writes)
    },
  }
}
