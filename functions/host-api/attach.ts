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
  const { tenantId, clusterId, nodeId } = identity
  const host = await changeHost(ports, tenantId, clusterId, nodeId, (before) => {
    const generation = before.generation + 1
    const desired = before.desired && { ...before.desired, generation }
    return { ...before, generation, bootId: request.bootId, ...(desired && { desired }) }
  })
  return { generation: host.generation }
}
