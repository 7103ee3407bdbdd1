import type { Tag } from '@aws-sdk/client-ec2'
import type { HostResource } from '../../../shared/ports/hosts.ts'
import { findAddresses } from './addresses.ts'
import { findInstances } from './instances.ts'
import type { Ec2Parts } from './parts.ts'
import { nodeOf, type Scope } from './tags.ts'
import { findVolumes } from './volumes.ts'

const INSTANCE_STATES: Readonly<Record<string, HostResource['state']>> = {
  pending: 'Pending',
  running: 'Running',
  stopping: 'Stopped',
  stopped: 'Stopped',
  'shutting-down': 'Stopped',
  terminated: 'Gone',
}

/** Everything that bears the tags of a cluster or, without one, of the deployment. */
export async function listResources(parts: Ec2Parts, scope: Scope): Promise<readonly HostResource[]> {
  const instances = (await findInstances(parts, scope)).flatMap(({ InstanceId, Tags, State }) =>
    resource('instance', InstanceId, Tags, INSTANCE_STATES[State?.Name ?? ''] ?? 'Pending'),
  )
  const volumes = (await findVolumes(parts, scope)).flatMap(({ VolumeId, Tags, State }) =>
    resource('volume', VolumeId, Tags, State === 'error' || State === 'deleting' ? 'Gone' : 'Running'),
  )
  const addresses = (await findAddresses(parts, scope)).flatMap(({ NetworkInterfaceId, TagSet }) =>
    resource('address', NetworkInterfaceId, TagSet, 'Running'),
  )
  return [...instances, ...volumes, ...addresses]
}

function resource(
  kind: HostResource['kind'],
  id: string | undefined,
  tags: readonly Tag[] | undefined,
  state: HostResource['state'],
): readonly HostResource[] {
  const node = nodeOf(tags)
  return node === undefined || id === undefined ? [] : [{ ...node, kind, id, state }]
}
