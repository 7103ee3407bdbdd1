import { EC2Client } from '@aws-sdk/client-ec2'
import type { HostFleet } from '../../../shared/ports/hosts.ts'
import { FLEET_CLIENT_SETTINGS } from '../aws-client-settings.ts'
import { tellFailures } from '../tell-failures.ts'
import { ensureAddress, giveSecurityGroup, removeAddress } from './addresses.ts'
import { growVolume } from './grow-volume.ts'
import { ensureInstance, removeInstance } from './instances.ts'
import { listResources } from './list.ts'
import type { Ec2Parts } from './parts.ts'
import { fleetFailure } from './refusals.ts'
import { ensureEntrySecurityGroup, ensureSecurityGroup, removeSecurityGroup } from './security-groups.ts'
import { ensureVolume, hasVolume, removeVolume } from './volumes.ts'

/** What the fleet is made of; the client is by default one of the function's own region and role. */
export type Ec2FleetParts = Omit<Ec2Parts, 'client'> & Partial<Pick<Ec2Parts, 'client'>>

/**
 * Hosts as EC2 machines with a data volume and a network interface that outlive them. Everything is found again by its tags and
 * made under a client token; what takes EC2 longer than a call may last is NOT_YET, and the workflow calls again.
 */
export function ec2Fleet({
  client = new EC2Client(FLEET_CLIENT_SETTINGS),
  ...rest
}: Ec2FleetParts): Required<HostFleet> {
  const parts: Ec2Parts = { client, ...rest }
  return {
    ensureSecurityGroup: (cluster, inbound, access = 'private') =>
      told(async () => {
        const securityGroupId = await ensureSecurityGroup(parts, cluster, inbound)
        await giveSecurityGroup(parts, cluster, securityGroupId)
        if (access === 'public') await ensureEntrySecurityGroup(parts, cluster, inbound)
        return { securityGroupId }
      }),
    removeSecurityGroup: (cluster) => told(() => removeSecurityGroup(parts, cluster)),
    ensureAddress: (node) => told(async () => ({ address: await ensureAddress(parts, node) })),
    ensureVolume: (spec) => told(async () => ({ volumeId: await ensureVolume(parts, spec) })),
    // Every host fetches what its manifest names by itself.
    stageRelease: async () => undefined,
    ensureInstance: (spec, volumeId, address) =>
      told(async () => ({ instanceId: await ensureInstance(parts, spec, volumeId, address) })),
    growVolume: (spec) => told(() => growVolume(parts, spec)),
    removeInstance: (node, upToIncarnation) => told(() => removeInstance(parts, node, upToIncarnation)),
    removeVolume: (node, volumeId) => told(() => removeVolume(parts, node, volumeId)),
    removeAddress: (node) => told(() => removeAddress(parts, node)),
    hasVolume: (volumeId) => told(() => hasVolume(parts, volumeId)),
    list: (tenantId, clusterId) => told(() => listResources(parts, { tenantId, clusterId })),
    listAll: () => told(() => listResources(parts, undefined)),
  }
}

const told = tellFailures(fleetFailure)
