import { diskUsages } from '../../shared/disks/usage.ts'
import { isServing } from '../../shared/lifecycle/serving.ts'
import { mayStart } from '../../shared/lifecycle/transitions.ts'
import { MAINTENANCE_KINDS } from '../../shared/maintenance/kinds.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { noteGrowth } from '../../shared/state/note-growth.ts'
import { noteThresholds } from '../../shared/state/note-thresholds.ts'
import { lastOperations } from './last-operations.ts'
import type { Duty } from './maintain.ts'
import { FAILURES_OF_LONGEST_PAUSE, pauseMinutes } from './repair-limits.ts'

/**
 * Looks at how full the volumes of a cluster are by what its hosts say: tells of the thresholds that were crossed, and decides
 * whether the volumes grow. While an operation runs nothing is decided, because it may be what makes room.
 */
export const watchDisks: Duty = {
  name: 'watchDisks',
  look: async (ports, cluster, now) => {
    if (!isServing(cluster)) return undefined
    const { tenantId, clusterId, activeOperationId, status, health } = cluster
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const usages = diskUsages(brokers, await hostsOf(ports.store, tenantId, clusterId), now)
    await noteThresholds(ports, cluster, brokers, usages)
    if (activeOperationId === undefined && mayStart('extendVolumes', status, health))
      await noteGrowth(ports, cluster, brokers, usages, () => restsUntil(ports, cluster))
    return undefined
  },
}

/** After growths in a row that came to nothing, or that somebody has cancelled, the next one waits; the longer the more there were. */
async function restsUntil(ports: Needed<'store'>, { tenantId, clusterId }: ClusterRecord): Promise<number> {
  const last = await lastOperations(ports, tenantId, clusterId, FAILURES_OF_LONGEST_PAUSE)
  const other = last.findIndex(
    ({ requestedBy, state }) => requestedBy !== MAINTENANCE_KINDS.growVolumes.requestedBy || state === 'Succeeded',
  )
  const failures = other === -1 ? last.length : other
  const finishedAt = last[0]?.finishedAt
  return failures === 0 || finishedAt === undefined ? 0 : Date.parse(finishedAt) + pauseMinutes(failures) * 60_000
}
