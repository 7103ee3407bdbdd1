import { z } from 'zod'
import { AVAILABILITY_ZONES } from '../catalogue/zones.ts'

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be the id of something on EC2: ${prefix}-…`)

const launchTemplate = z.strictObject({
  id: id('lt'),
  /** A number: `$Latest` would make two calls for one machine differ. */
  version: z.string().regex(/^[1-9][0-9]*$/, 'must be the number of a version'),
})

/** Where hosts on EC2 run and what they are made from: put together by the deployment, read by the adapter of the fleet. */
export const FleetSettings = z.strictObject({
  vpcId: id('vpc').meta({ description: 'Where the subnets are, and the security group of every cluster' }),
  zones: z
    .partialRecord(
      z.enum(AVAILABILITY_ZONES),
      z.strictObject({
        availabilityZone: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/, 'must be a zone such as eu-central-1a'),
        /** Tried from one to the next when there is no free address. */
        subnetIds: z.array(id('subnet')).min(1),
      }),
    )
    .meta({ description: 'What each zone that can be ordered is on AWS' }),
  /** EC2 takes five on a network interface, and the fifth is the cluster's own. */
  securityGroupIds: z.array(id('sg')).min(1).max(4).meta({
    description: 'Of every host: what the control plane may reach on it, and the endpoints that it may reach itself',
  }),
  volumeKeyArn: z.string().min(1).meta({ description: 'The key in KMS that data volumes are encrypted with' }),
  launchTemplates: z
    .strictObject({ broker: launchTemplate, controller: launchTemplate, combined: launchTemplate })
    .meta({ description: 'What a machine of each role is made from' }),
})
export type FleetSettings = z.output<typeof FleetSettings>
