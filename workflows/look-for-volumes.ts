import { type HostResource, isOfNode } from '../shared/ports/hosts.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { HostRecord } from '../shared/records/host.ts'

/** A list may leave out for a moment what is there: so often, and with such a pause, is looked before a volume counts as lost. */
const LOOKS = 3
const PAUSE_SECONDS = 5

/**
 * What exists of a cluster's nodes, with every volume that any of several looks has found, in a list or by its own id: whoever
 * takes a volume for lost because of one list puts an empty one in the place of a tenant's records.
 */
export async function lookForVolumes(
  { hosts: fleet, clock }: Needed<'hosts' | 'clock'>,
  { tenantId, clusterId }: { readonly tenantId: string; readonly clusterId: string },
  hosts: readonly HostRecord[],
): Promise<readonly HostResource[]> {
  const found = new Map<string, HostResource>()
  for (let look = 1; ; look++) {
    for (const resource of (await fleet.list(tenantId, clusterId)).filter(isOfNode))
      if (resource.state !== 'Gone' || !found.has(resource.id)) found.set(resource.id, resource)
    for (const { nodeId, volumeId } of hosts) {
      if (volumeId === undefined || isThere(found.get(volumeId))) continue
      if (await fleet.hasVolume?.(volumeId))
        found.set(volumeId, { tenantId, clusterId, nodeId, kind: 'volume', id: volumeId, state: 'Running' })
    }
    const isMissing = ({ volumeId }: HostRecord) => volumeId !== undefined && !isThere(found.get(volumeId))
    if (look === LOOKS || !hosts.some(isMissing)) return [...found.values()]
    await clock.sleep(PAUSE_SECONDS * 1000)
  }
}

function isThere(resource: HostResource | undefined): boolean {
  return resource !== undefined && resource.state !== 'Gone'
}
