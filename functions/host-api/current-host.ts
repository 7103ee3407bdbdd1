import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { loadHost } from '../../shared/state/load.ts'
import type { HostIdentity } from './identity.ts'

/**
 * The record of the calling host. A machine that is not (or no longer) the node's own gets 404, which tells it nothing;
 * a process that another has succeeded gets STALE_GENERATION and must stop.
 */
export async function currentHost(
  ports: Needed<'store'>,
  host: HostIdentity,
  generation: number | undefined,
): Promise<HostRecord> {
  const stored = await loadHost(ports.store, host.tenantId, host.clusterId, host.nodeId)
  if (!stored || stored.record.instanceId !== host.instanceId)
    throw new DomainError('ROUTE_NOT_FOUND', 'There is nothing here.')
  if (generation !== undefined && generation !== stored.record.generation) {
    throw new DomainError('STALE_GENERATION', `Generation ${generation} was succeeded by ${stored.record.generation}.`)
  }
  return stored.record
}
