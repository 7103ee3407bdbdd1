import { ec2Fleet } from '../../../../functions/adapters/ec2/fleet.ts'
import type { FleetSettings } from '../../../../shared/deployment/fleet-settings.ts'
import type { HostFleet } from '../../../../shared/ports/hosts.ts'
import type { FleetUnderTest } from '../../../contract/host-fleet-contract.ts'
import type { Pace } from './cloud.ts'
import { type Ec2Server, startEc2Server } from './ec2-server.ts'

const SECURITY_GROUP = 'sg-00000000000000001'

const template = (number: number) => ({ id: `lt-0000000000000000${number}`, version: '1' })

/** A deployment with two subnets in the first zone and one in the second. */
export const SETTINGS: FleetSettings = {
  vpcId: 'vpc-00000000000000001',
  zones: {
    'az-1': {
      availabilityZone: 'eu-central-1a',
      subnetIds: ['subnet-00000000000000001', 'subnet-00000000000000002'],
    },
    'az-2': { availabilityZone: 'eu-central-1b', subnetIds: ['subnet-00000000000000003'] },
  },
  securityGroupIds: [SECURITY_GROUP],
  volumeKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/volumes',
  launchTemplates: { broker: template(1), controller: template(2), combined: template(3) },
}

/** A fleet on the strict endpoint, and a time that moves only while somebody waits. */
export interface FleetScene extends FleetUnderTest {
  readonly server: Ec2Server
  readonly fleet: Required<HostFleet>
  now(): number
  /** Lets time pass. */
  pass(milliseconds: number): void
}

/** Opens a cloud with these subnets; whoever opens it closes the server. */
export async function openFleetScene(pace: Partial<Pace> = {}): Promise<FleetScene> {
  let now = Date.parse('2026-11-22T00:00:00.000Z')
  const server = await startEc2Server({
    now: () => now,
    pace,
    vpcId: SETTINGS.vpcId,
    securityGroupIds: [SECURITY_GROUP],
    templateIds: Object.values(SETTINGS.launchTemplates).map(({ id }) => id),
  })
  for (const { availabilityZone, subnetIds } of Object.values(SETTINGS.zones)) {
    for (const subnetId of subnetIds) server.subnets.set(subnetId, { zone: availabilityZone, free: 100 })
  }
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds
    },
  }
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  const fleet = ec2Fleet({ client: server.client(), stage: 'test', settings: SETTINGS, clock })
  return { server, fleet, now: clock.now, pass, pause: () => pass(5000) }
}
