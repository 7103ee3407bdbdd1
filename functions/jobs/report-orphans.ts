import { type FleetResource, isOfNode } from '../../shared/ports/hosts.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { keys } from '../../shared/records/keys.ts'

/**
 * Tells of everything in the fleet that costs money and belongs to no cluster: what a call left behind that died, or that came
 * after its cluster was deleted. It removes nothing; a person decides. Answers what it found.
 */
export async function reportOrphans({
  store,
  hosts,
  log,
}: Needed<'store' | 'hosts' | 'log'>): Promise<readonly FleetResource[]> {
  // The fleet is asked first: what is made for a new cluster is made after its record.
  const all = ((await hosts.listAll?.()) ?? []).filter(({ state }) => state !== 'Gone')
  const clusterIds = [...new Set(all.map(({ clusterId }) => clusterId))]
  const living = new Set<string>()
  for (const clusterId of clusterIds) {
    if ((await store.get(keys.fleetCluster(clusterId))) !== undefined) living.add(clusterId)
  }
  const orphans = all.filter(({ clusterId }) => !living.has(clusterId))
  for (const orphan of orphans) {
    const { tenantId, clusterId, kind, id } = orphan
    const node = isOfNode(orphan) && { nodeId: orphan.nodeId }
    log.warn('a part of a host belongs to no cluster', { tenantId, clusterId, ...node, kind, id })
  }
  return orphans
}
