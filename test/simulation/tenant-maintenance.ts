import { loadCluster } from '../../shared/state/load.ts'
import { beginMaintenance } from '../../shared/state/maintenance-work.ts'
import { postponeMaintenance } from '../../shared/state/postpone-maintenance.ts'
import type { ClusterRef } from './end-states.ts'
import type { World } from './world.ts'

/** The one of what is due that an index chooses, or nothing. */
async function due(world: World, { tenantId, clusterId }: ClusterRef, index: number) {
  const cluster = await world.call(async ({ store }) => (await loadCluster(store, tenantId, clusterId)).record)
  const { maintenance = [] } = cluster
  const chosen = maintenance[index % Math.max(1, maintenance.length)]
  return chosen && { cluster, maintenanceId: chosen.maintenanceId }
}

/** A tenant begins what is due before its time. */
export async function beginDue(world: World, ref: ClusterRef, index: number): Promise<string | undefined> {
  const found = await due(world, ref, index)
  if (!found) return undefined
  const requester = { tenantId: ref.tenantId, requestedBy: 'ana', requestId: 'req_3' }
  return world.call(
    async (ports) => (await beginMaintenance(ports, requester, found.cluster, found.maintenanceId))?.operationId,
  )
}

/** A tenant puts what is due off. */
export async function postponeDue(world: World, { tenantId, clusterId }: ClusterRef, index: number): Promise<void> {
  const found = await due(world, { tenantId, clusterId }, index)
  if (!found) return
  await world.call((ports) =>
    postponeMaintenance(ports, { tenantId, clusterId, maintenanceId: found.maintenanceId }, undefined),
  )
}
