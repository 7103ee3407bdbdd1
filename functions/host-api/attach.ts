import { DomainError } from '../../shared/errors/domain-error.ts'
import type { AttachAnswer, AttachRequest } from '../../shared/host-protocol/messages.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { currentHost } from './current-host.ts'
import type { HostIdentity } from './identity.ts'

/** A host's agent has started and takes over: it gets a new generation, and every older process is refused from now on. */
export async function attach(
  ports: Needed<'store' | 'clock' | 'ids'>,
  identity: HostIdentity,
  request: AttachRequest,
): Promise<AttachAnswer> {
  await currentHost(ports, identity, undefined)
  const { tenantId, clusterId, nodeId, instanceId } = identity
  const host = await changeHost(ports, tenantId, clusterId, nodeId, (before) => {
    // The record may have gone since: a machine that is being removed must not bring it back.
    if (before.instanceId !== instanceId) throw new DomainError('ROUTE_NOT_FOUND', 'There is nothing here.')
    const generation = before.generation + 1
    const desired = before.desired && { ...before.desired, generation }
    return { ...before, generation, bootId: request.bootId, ...(desired && { desired }) }
  })
  return { generation: host.generation }
}
