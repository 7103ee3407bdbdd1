import type { Tag } from '@aws-sdk/client-ec2'
import type { FleetResource, HostResource, NodeRef } from '../../../shared/ports/hosts.ts'
import { findAddresses } from './addresses.ts'
import { findInstances } from './instances.ts'
import type { Ec2Parts } from './parts.ts'
import { clientRanges, findRules } from './security-group-rules.ts'
import { findSecurityGroups } from './security-groups.ts'
import { clusterOf, incarnationOf, nodeOf, type Scope } from './tags.ts'
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
export async function listResources(parts: Ec2Parts, scope: Scope): Promise<readonly FleetResource[]> {
  const instances = (await findInstances(parts, scope)).flatMap((machine) =>
    resource('instance', machine.InstanceId, machine.Tags, {
      state: INSTANCE_STATES[machine.State?.Name ?? ''] ?? 'Pending',
      incarnation: incarnationOf(machine.Tags),
      ...(machine.InstanceType !== undefined && { instanceType: machine.InstanceType }),
      ...(machine.LaunchTime && { madeAt: machine.LaunchTime.toISOString() }),
    }),
  )
  const volumes = (await findVolumes(parts, scope)).flatMap((volume) =>
    resource('volume', volume.VolumeId, volume.Tags, {
      state: volume.State === 'error' || volume.State === 'deleting' ? 'Gone' : 'Running',
      attachedTo: volume.Attachments?.find(({ State }) => State !== 'detached')?.InstanceId ?? '',
      ...(volume.Size !== undefined && { volumeGiB: volume.Size }),
      ...(volume.VolumeType !== undefined && { volumeType: volume.VolumeType }),
      ...(volume.Encrypted !== undefined && { encrypted: volume.Encrypted }),
      ...(volume.CreateTime && { madeAt: volume.CreateTime.toISOString() }),
    }),
  )
  const addresses = (await findAddresses(parts, scope)).flatMap((found) =>
    resource('address', found.NetworkInterfaceId, found.TagSet, {
      state: 'Running',
      ...(found.PrivateIpAddress !== undefined && { address: found.PrivateIpAddress }),
    }),
  )
  return [...instances, ...volumes, ...addresses, ...(await securityGroups(parts, scope))]
}

function resource(
  kind: HostResource['kind'],
  id: string | undefined,
  tags: readonly Tag[] | undefined,
  seen: Omit<HostResource, keyof NodeRef | 'kind' | 'id'>,
): readonly HostResource[] {
  const node = nodeOf(tags)
  return node === undefined || id === undefined ? [] : [{ ...node, kind, id, ...seen }]
}

async function securityGroups(parts: Ec2Parts, scope: Scope): Promise<readonly FleetResource[]> {
  const found: FleetResource[] = []
  for (const { GroupId: id, Tags } of await findSecurityGroups(parts, scope)) {
    const cluster = clusterOf(Tags)
    if (cluster === undefined || id === undefined) continue
    // Of all clusters at once that would be a call for each.
    const inbound = scope && { inbound: clientRanges(await findRules(parts, id)) }
    found.push({ ...cluster, kind: 'securityGroup', id, state: 'Running', ...inbound })
  }
  return found
}
