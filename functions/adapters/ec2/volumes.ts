import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  paginateDescribeVolumes,
  type Volume,
} from '@aws-sdk/client-ec2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostSpec, NodeRef } from '../../../shared/ports/hosts.ts'
import { type Ec2Parts, zoneOf } from './parts.ts'
import { patience } from './patience.ts'
import { isNotFound, refusalCode } from './refusals.ts'
import { clientToken, filtersFor, incarnationOf, type Scope, tagsOf } from './tags.ts'

/** The data volumes of a node, a cluster or the deployment, without those on their way out. */
export async function findVolumes({ client, stage }: Ec2Parts, scope: Scope): Promise<readonly Volume[]> {
  const found: Volume[] = []
  const pages = paginateDescribeVolumes({ client }, { Filters: filtersFor(stage, 'data', scope) })
  for await (const { Volumes = [] } of pages) found.push(...Volumes)
  return found.filter(({ State }) => State !== 'deleted')
}

/** Asks for one volume by its id: what is missing in a list by tags may be there. */
export async function hasVolume({ client }: Pick<Ec2Parts, 'client'>, volumeId: string): Promise<boolean> {
  try {
    const { Volumes = [] } = await client.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }))
    return Volumes.some(({ State }) => State === 'available' || State === 'in-use' || State === 'creating')
  } catch (thrown) {
    if (isNotFound(thrown)) return false
    throw thrown
  }
}

/** The node's data volume: one that a machine has before any other, then the newest. */
export async function findVolume(parts: Ec2Parts, node: NodeRef): Promise<Volume | undefined> {
  const usable = (await findVolumes(parts, node)).filter(({ State }) => State !== 'deleting' && State !== 'error')
  const rank = ({ State }: Volume) => Number(State !== 'in-use')
  return usable.toSorted((a, b) => rank(a) - rank(b) || incarnationOf(b.Tags) - incarnationOf(a.Tags))[0]
}

/** The node's data volume, which outlives every machine: encrypted, in the node's zone, and ready to be attached. */
export async function ensureVolume(parts: Ec2Parts, spec: HostSpec): Promise<string> {
  const wait = patience(parts.clock)
  const made = (await findVolume(parts, spec)) ?? (await create(parts, spec))
  const volumeId = made.VolumeId
  return wait.until(`The volume of node ${spec.nodeId} is not ready yet.`, async () => {
    const seen = (await findVolumes(parts, spec)).find((volume) => volume.VolumeId === volumeId)
    if (seen?.State === 'error') {
      throw new DomainError('VOLUME_FAILED', `The volume of node ${spec.nodeId} could not be made.`)
    }
    return seen?.State === 'available' || seen?.State === 'in-use' ? volumeId : undefined
  })
}

async function create(parts: Ec2Parts, spec: HostSpec): Promise<Volume> {
  const { client, stage, settings } = parts
  const command = new CreateVolumeCommand({
    ClientToken: clientToken(stage, spec, 'volume', spec.volumeIncarnation),
    AvailabilityZone: zoneOf(parts, spec.zone).availabilityZone,
    Size: spec.volumeGiB,
    VolumeType: 'gp3',
    Encrypted: true,
    KmsKeyId: settings.volumeKeyArn,
    TagSpecifications: [{ ResourceType: 'volume', Tags: tagsOf(stage, spec, 'data', spec.volumeIncarnation) }],
  })
  return client.send(command)
}

/** Until the node's volume, or the named one of them, is gone. */
export async function removeVolume(parts: Ec2Parts, node: NodeRef, volumeId: string | undefined): Promise<void> {
  const wait = patience(parts.clock)
  await wait.until(`The volume of node ${node.nodeId} still exists.`, async () => {
    const left = (await findVolumes(parts, node)).filter(
      (volume) => volumeId === undefined || volume.VolumeId === volumeId,
    )
    for (const { VolumeId, State } of left) {
      if (State !== 'deleting') await remove(parts, VolumeId)
    }
    return left.length === 0 ? true : undefined
  })
}

async function remove({ client }: Ec2Parts, VolumeId: string | undefined): Promise<void> {
  try {
    await client.send(new DeleteVolumeCommand({ VolumeId }))
  } catch (thrown) {
    // A machine that has ended a moment ago may still hold it.
    if (!['VolumeInUse', 'IncorrectState'].includes(refusalCode(thrown) ?? '') && !isNotFound(thrown)) throw thrown
  }
}
