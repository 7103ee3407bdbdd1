import type { ToldDrift } from '../drift/drift.ts'
import { type DriftLook, noticeDrift } from '../drift/notice-drift.ts'
import type { Json } from '../ports/store.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import { changeCluster, type StatePorts, timestamp } from './change-cluster.ts'
import { getRecord, toJson } from './stored.ts'

/** What a cluster was first seen with in the last look. */
export interface SuspectedDrift {
  readonly tenantId: string
  readonly clusterId: string
  readonly suspected: readonly ToldDrift[]
}

/** A suspicion that nobody looks into again, because its cluster is gone, is forgotten after a week. */
const SUSPECTED_FOR_SECONDS = 7 * 86_400

/** What a look has brought to light. */
export interface DriftNews {
  readonly detected: readonly ToldDrift[]
  readonly resolved: readonly ToldDrift[]
}

const NO_NEWS: DriftNews = { detected: [], resolved: [] }

/**
 * Weighs a look at a cluster and writes what it changes: the cluster's own list with an event, and what is only suspected. A look
 * that an operation has come between says nothing any more. What is as it was is not written.
 */
export async function noteDrift(ports: StatePorts, looked: ClusterRecord, look: DriftLook): Promise<DriftNews> {
  const { tenantId, clusterId } = looked
  const key = keys.fleetDrift(clusterId)
  return changeCluster(ports, { tenantId, clusterId }, async (draft) => {
    const cluster = draft.cluster()
    if (cluster.activeOperationId !== undefined || cluster.lastOperationId !== looked.lastOperationId) return NO_NEWS
    const before = await getRecord<SuspectedDrift>(ports.store, key)
    const known = { told: cluster.drift ?? [], suspected: before?.record.suspected ?? [] }
    const { told, suspected, detected, resolved } = noticeDrift(known, look, timestamp(ports))
    if (JSON.stringify(suspected) !== JSON.stringify(known.suspected)) {
      const expiresAt = Math.floor(ports.clock.now() / 1000) + SUSPECTED_FOR_SECONDS
      const guard = before ? { version: before.version } : 'absent'
      if (suspected.length > 0)
        draft.also({ ...key, put: toJson({ tenantId, clusterId, suspected }), guard, expiresAt })
      else if (before) draft.also({ ...key, delete: true, guard: { version: before.version } })
    }
    if (JSON.stringify(told) !== JSON.stringify(known.told)) {
      const { drift: _, ...rest } = cluster
      draft.replaceCluster(told.length > 0 ? { ...rest, drift: told } : rest)
    }
    if (detected.length > 0)
      draft.emit('kafka.cluster.drift_detected.v1', clusterId, { drift: detected.map(published) })
    if (resolved.length > 0)
      draft.emit('kafka.cluster.drift_resolved.v1', clusterId, { drift: resolved.map(published) })
    return { detected, resolved }
  })
}

/** As tenants may know it. */
function published({ kind, nodeId, setting, detail, since }: ToldDrift): Json {
  return { kind, ...(nodeId !== undefined && { nodeId }), ...(setting !== undefined && { setting }), detail, since }
}
