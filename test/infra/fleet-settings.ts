import type { FleetSettings } from '../../shared/deployment/fleet-settings.ts'

/** A fleet as functions are told of it. */
export const FLEET: FleetSettings = {
  vpcId: 'vpc-0a000000000000001',
  zones: {
    'az-1': { availabilityZone: 'eu-central-1a', subnetIds: ['subnet-0a000000000000001', 'subnet-0a000000000000002'] },
    'az-2': { availabilityZone: 'eu-central-1b', subnetIds: ['subnet-0b000000000000001'] },
  },
  securityGroupIds: ['sg-0a000000000000001'],
  volumeKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/volumes',
  launchTemplates: {
    broker: { id: 'lt-0a000000000000001', version: '3' },
    controller: { id: 'lt-0a000000000000002', version: '1' },
    combined: { id: 'lt-0a000000000000001', version: '3' },
  },
}
