import { AttachVolumeCommand } from '@aws-sdk/client-ec2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { NodeRef } from '../../../shared/ports/hosts.ts'
import type { Ec2Parts } from './parts.ts'
import type { Patience } from './patience.ts'
import { refusalCode } from './refusals.ts'
import { findVolumes } from './volumes.ts'

/** Where the data volume of every host is; the kernel shows it as an NVMe device that bears the volume's id. */
const DEVICE = '/dev/sdf'

/** What EC2 says while the volume is still on its way from the last machine, or on its way to this one. */
const ON_ITS_WAY = [
  'VolumeInUse',
  'IncorrectState',
  'IncorrectInstanceState',
  'InvalidInstanceID.NotFound',
  'InvalidVolume.NotFound',
]

/** Attaches the node's volume to its machine. The machine before has been ended by whoever calls; it is never detached by force. */
export async function attachVolume(
  parts: Ec2Parts,
  node: NodeRef,
  { volumeId, instanceId, wait }: { readonly volumeId: string; readonly instanceId: string; readonly wait: Patience },
): Promise<void> {
  await wait.until(`The volume of node ${node.nodeId} is not attached yet.`, async () => {
    const volume = (await findVolumes(parts, node)).find(({ VolumeId }) => VolumeId === volumeId)
    if (volume?.State === 'error') {
      throw new DomainError('VOLUME_FAILED', `The volume of node ${node.nodeId} is broken.`)
    }
    const holders = (volume?.Attachments ?? []).filter(({ State }) => State !== 'detached')
    if (holders.length > 0) {
      return holders.some((holder) => holder.InstanceId === instanceId && holder.State === 'attached')
        ? true
        : undefined
    }
    if (volume?.State === 'available') await attach(parts, volumeId, instanceId)
    return undefined
  })
}

async function attach({ client }: Ec2Parts, VolumeId: string, InstanceId: string): Promise<void> {
  try {
    await client.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: DEVICE }))
  } catch (thrown) {
    if (!ON_ITS_WAY.includes(refusalCode(thrown) ?? '')) throw thrown
  }
}
