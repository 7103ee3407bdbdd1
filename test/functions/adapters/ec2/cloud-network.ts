import type { Cloud, Thing } from './cloud.ts'
import { type Query, Refusal, tagSet, type Xml } from './query.ts'

/** A subnet of a zone with so many free addresses. */
export interface Subnet {
  readonly zone: string
  free: number
}

/** A network interface; in use by a machine or not. */
export interface Interface extends Thing {
  readonly subnetId: string
  readonly address: string
  groupIds: readonly string[]
  instanceId: string | undefined
}

/** The network of the cloud. */
export interface Network {
  readonly subnets: Map<string, Subnet>
  readonly interfaces: Map<string, Interface>
  readonly actions: Readonly<Record<string, (query: Query) => Xml>>
  zoneOf(networkInterface: Interface): string
}

/** Addresses of a private network, one after the other. */
const privateAddress = (number: number): string => `10.0.${Math.floor(number / 250)}.${(number % 250) + 4}`

/** A network interface bears so many groups at most. */
const MOST_GROUPS = 5

/** Opens a network; `securityGroup` finds a visible one, and refuses any other. */
export function openNetwork(
  cloud: Cloud,
  securityGroup: (groupId: string) => unknown,
  addressOf: (number: number) => string = privateAddress,
): Network {
  const subnets = new Map<string, Subnet>()
  const interfaces = new Map<string, Interface>()
  const notFound = 'InvalidNetworkInterfaceID.NotFound'
  let addresses = 0

  const groupsOf = (query: Query): readonly string[] => {
    const groupIds = query.list('SecurityGroupId')
    for (const groupId of groupIds) securityGroup(groupId)
    if (groupIds.length > MOST_GROUPS) throw new Refusal('SecurityGroupsPerInterfaceLimitExceeded')
    return groupIds
  }
  const shown = ({ id, subnetId, address, groupIds, instanceId, tags }: Interface): Xml => ({
    networkInterfaceId: id,
    subnetId,
    privateIpAddress: address,
    groupSet: groupIds.map((groupId) => ({ groupId })),
    status: instanceId === undefined ? 'available' : 'in-use',
    attachment: instanceId === undefined ? undefined : { instanceId, status: 'attached' },
    tagSet: tagSet(tags),
  })

  return {
    subnets,
    interfaces,
    zoneOf: ({ subnetId }) => subnets.get(subnetId)?.zone ?? '',
    actions: {
      CreateNetworkInterface: (query) => {
        const made = cloud.once(query, interfaces, () => {
          const subnet = subnets.get(query.text('SubnetId'))
          if (!subnet) throw new Refusal('InvalidSubnetID.NotFound')
          const groupIds = groupsOf(query)
          if (subnet.free === 0) throw new Refusal('InsufficientFreeAddressesInSubnet')
          subnet.free--
          addresses++
          return {
            id: cloud.newId('eni'),
            tags: query.tags('network-interface'),
            madeAt: cloud.now(),
            subnetId: query.text('SubnetId'),
            address: addressOf(addresses),
            groupIds,
            instanceId: undefined,
          }
        })
        return { networkInterface: shown(made) }
      },
      DescribeNetworkInterfaces: (query) => {
        const { page, nextToken } = cloud.described(query, interfaces, { idParameter: 'NetworkInterfaceId', notFound })
        return { networkInterfaceSet: page.map(shown), nextToken }
      },
      ModifyNetworkInterfaceAttribute: (query) => {
        const found = cloud.named(interfaces, query.text('NetworkInterfaceId'), notFound)
        found.groupIds = groupsOf(query)
        return { return: true }
      },
      DeleteNetworkInterface: (query) => {
        const found = cloud.named(interfaces, query.text('NetworkInterfaceId'), notFound)
        // The code that the real one has for this.
        if (found.instanceId !== undefined) throw new Refusal('InvalidParameterValue')
        interfaces.delete(found.id)
        const subnet = subnets.get(found.subnetId)
        if (subnet) subnet.free++
        return { return: true }
      },
    },
  }
}
