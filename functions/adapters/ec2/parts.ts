import type { EC2Client } from '@aws-sdk/client-ec2'
import type { FleetSettings } from '../../../shared/deployment/fleet-settings.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'

/** What every part of the fleet on EC2 works with. */
export interface Ec2Parts {
  readonly client: EC2Client
  /** The stage of the deployment: its things bear it as a tag, and others are left alone. */
  readonly stage: string
  readonly settings: FleetSettings
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/** What a zone that can be ordered is on AWS. */
export function zoneOf(
  { settings }: Ec2Parts,
  zone: string,
): { availabilityZone: string; subnetIds: readonly string[] } {
  const found = Object.entries(settings.zones).find(([name]) => name === zone)?.[1]
  if (!found) throw new DomainError('NOT_PROVIDED', `This deployment has no subnets in zone ${zone}.`)
  return found
}
