import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2'
import type { ClusterRef, NodeRef } from '../../../shared/ports/hosts.ts'
import { type Ec2Parts, zoneOf } from './parts.ts'
import { patience } from './patience.ts'
import { isNoCapacity, isNotFound, refusalCode } from './refusals.ts'
import { findSecurityGroup } from './security-groups.ts'
import { clientToken, filtersFor, type Scope, tagsOf } from './tags.ts'

/** The network interfaces of a node, a cluster or the deployment. */
export async function findAddresses({ client, stage }: Ec2Parts, scope: Scope): Promise<readonly NetworkInterface[]> {
  const found: NetworkInterface[] = []
  const pages = paginateDescribeNetworkInterfaces({ client }, { Filters: filtersFor(stage, 'address', scope) })
  for await (const { NetworkInterfaces = [] } of pages) found.push(...NetworkInterfaces)
  return found
}

/**
 * The node's stable address is a network interface that outlives every machine. Where the first subnet of the zone has no
 * free address, the next one is tried.
 */
export async function ensureAddress(parts: Ec2Parts, node: NodeRef & { readonly zone: string }): Promise<string> {
  const { subnetIds } = zoneOf(parts, node.zone)
  const [found, ...others] = (await findAddresses(parts, node)).toSorted(byUse)
  if (found) {
    await removeSpare(parts, others)
    await giveGroups(parts, found, await findSecurityGroup(parts, node))
    return addressOf(found)
  }
  const securityGroupId = await patience(parts.clock).until(
    'The security group of the cluster cannot be seen yet.',
    () => findSecurityGroup(parts, node),
  )
  for (const [index, subnetId] of subnetIds.entries()) {
    try {
      return await seen(parts, node, addressOf(await create(parts, node, subnetId, securityGroupId)))
    } catch (thrown) {
      if (!isNoCapacity(thrown) || index === subnetIds.length - 1) throw thrown
    }
  }
  throw new Error(`zone ${node.zone} has no subnets`)
}

/** What cannot be seen cannot be removed either: an address is given out once it is found by its tags. */
async function seen(parts: Ec2Parts, node: NodeRef, address: string): Promise<string> {
  await interfaceFor(parts, node, address)
  return address
}

async function create(
  { client, stage, settings }: Ec2Parts,
  node: NodeRef,
  subnetId: string,
  securityGroupId: string,
): Promise<NetworkInterface | undefined> {
  const command = new CreateNetworkInterfaceCommand({
    ClientToken: clientToken(stage, node, 'address', subnetId),
    SubnetId: subnetId,
    Groups: [...settings.securityGroupIds, securityGroupId],
    Description: `Weir: node ${node.nodeId} of ${node.clusterId}`,
    TagSpecifications: [{ ResourceType: 'network-interface', Tags: tagsOf(stage, node, 'address') }],
  })
  return (await client.send(command)).NetworkInterface
}

/** The interface that bears the address, for the node's machine. One of another subnet, left by a call that died, goes. */
export async function interfaceFor(parts: Ec2Parts, node: NodeRef, address: string): Promise<string> {
  const wait = patience(parts.clock)
  return wait.until(`The address of node ${node.nodeId} cannot be seen yet.`, async () => {
    const all = await findAddresses(parts, node)
    const found = all.find(({ PrivateIpAddress }) => PrivateIpAddress === address)
    if (!found) return undefined
    await removeSpare(
      parts,
      all.filter((other) => other !== found),
    )
    await giveGroups(parts, found, await findSecurityGroup(parts, node))
    return found.NetworkInterfaceId
  })
}

/** All interfaces of the cluster bear its security group beside those of the deployment. */
export async function giveSecurityGroup(parts: Ec2Parts, cluster: ClusterRef, securityGroupId: string): Promise<void> {
  const { tenantId, clusterId } = cluster
  for (const found of await findAddresses(parts, { tenantId, clusterId }))
    await giveGroups(parts, found, securityGroupId)
}

/** Mends an interface whose groups somebody has changed. Without a group of its own a cluster lets nobody in, and is left so. */
async function giveGroups(
  { client, settings }: Ec2Parts,
  { NetworkInterfaceId, Groups = [] }: NetworkInterface,
  own: string | undefined,
): Promise<void> {
  if (own === undefined) return
  const shall = [...settings.securityGroupIds, own]
  const there = Groups.map(({ GroupId }) => GroupId)
  if (there.length === shall.length && shall.every((id) => there.includes(id))) return
  await client.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: shall }))
}

/** Until no interface of the node is left. */
export async function removeAddress(parts: Ec2Parts, node: NodeRef): Promise<void> {
  const wait = patience(parts.clock)
  await wait.until(`The address of node ${node.nodeId} is still in use.`, async () => {
    const left = await findAddresses(parts, node)
    for (const { NetworkInterfaceId } of left) await remove(parts, NetworkInterfaceId)
    return left.length === 0 ? true : undefined
  })
}

async function removeSpare(parts: Ec2Parts, spare: readonly NetworkInterface[]): Promise<void> {
  for (const { Status, NetworkInterfaceId } of spare) {
    if (Status === 'available') await remove(parts, NetworkInterfaceId)
  }
}

async function remove({ client }: Ec2Parts, NetworkInterfaceId: string | undefined): Promise<void> {
  try {
    await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))
  } catch (thrown) {
    // In use until the machine has let go of it; EC2 has two codes for that.
    const isInUse = ['InvalidNetworkInterface.InUse', 'InvalidParameterValue'].includes(refusalCode(thrown) ?? '')
    if (!isInUse && !isNotFound(thrown)) throw thrown
  }
}

/** Those that a machine has come first, and among equals always the same. */
function byUse(a: NetworkInterface, b: NetworkInterface): number {
  const isFree = ({ Status }: NetworkInterface) => Number(Status !== 'in-use')
  return isFree(a) - isFree(b) || String(a.NetworkInterfaceId).localeCompare(String(b.NetworkInterfaceId))
}

function addressOf(found: NetworkInterface | undefined): string {
  if (found?.PrivateIpAddress === undefined) throw new Error('EC2 named no address of a network interface')
  return found.PrivateIpAddress
}
