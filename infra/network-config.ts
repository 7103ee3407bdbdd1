import { z } from 'zod'
import { AVAILABILITY_ZONES } from '../shared/catalogue/zones.ts'

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be the id of something on EC2: ${prefix}-…`)

const availabilityZone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/, 'must be an availability zone such as eu-central-1a')
  .meta({ description: 'The availability zone behind the name that tenants order' })

const zoneName = z.enum(AVAILABILITY_ZONES, { error: `must be one of ${AVAILABILITY_ZONES.join(', ')}` })

const zonesOf = <T extends z.ZodType<{ readonly availabilityZone: string }>>(zone: T) =>
  z
    .partialRecord(zoneName, zone)
    .refine((zones) => Object.keys(zones).length > 0, 'must name at least one zone')
    .refine(
      (zones) => new Set(Object.values(zones).map((of) => of?.availabilityZone)).size === Object.keys(zones).length,
      'must not name one availability zone twice: a zone that fails would take two with it',
    )

/**
 * The AWS-managed prefix lists of the region: a security group cannot name S3 or DynamoDB in any other way.
 * `aws ec2 describe-managed-prefix-lists` tells them.
 */
const prefixListIds = z.strictObject({ s3: id('pl'), dynamodb: id('pl') })

const endpointZones = z.array(zoneName).min(1).optional().meta({
  description:
    'The zones in which interface endpoints have addresses, which are paid by the hour; all of them without it. Other zones use those',
})

/** The services that are reached through an endpoint in the network. */
export const ENDPOINT_SERVICES = ['s3', 'dynamodb', 'execute-api', 'kms', 'states', 'ec2', 'events', 'sts'] as const
export type EndpointService = (typeof ENDPOINT_SERVICES)[number]

const OwnNetwork = z.strictObject({
  vpc: z.literal('own'),
  cidr: z
    .string()
    .refine(isNetwork, 'must be an IPv4 network of /16 to /20 without host bits, such as 10.64.0.0/16')
    .meta({ description: 'The addresses of the VPC; a quarter is for each zone. It cannot be changed later' }),
  zones: zonesOf(z.strictObject({ availabilityZone })).meta({
    description: 'What each zone that tenants can order is on AWS. Zones can be added later, not exchanged',
  }),
  endpointZones,
  prefixListIds,
})

const ExistingNetwork = z.strictObject({
  vpc: z.literal('existing'),
  vpcId: id('vpc'),
  cidrs: z
    .array(z.cidrv4('must be an IPv4 network such as 10.0.0.0/16'))
    .min(1)
    .meta({ description: 'The addresses of the VPC, where endpoints that exist already are looked for' }),
  zones: zonesOf(
    z.strictObject({
      availabilityZone,
      subnetIds: z.array(id('subnet')).min(1).meta({
        description: 'For hosts, tried from one to the next when one is full; endpoints and functions are in the first',
      }),
    }),
  ),
  routeTableIds: z
    .array(id('rtb'))
    .min(1)
    .meta({ description: 'Of those subnets: they get the routes to S3 and DynamoDB' }),
  endpointIds: z
    .partialRecord(z.enum(ENDPOINT_SERVICES, { error: `must be one of ${ENDPOINT_SERVICES.join(', ')}` }), id('vpce'))
    .default({})
    .meta({ description: 'Endpoints that the VPC has already and that are used as they are; all others are made' }),
  endpointZones,
  prefixListIds,
})

/** Where hosts run, and the functions that talk to Kafka: a VPC that is made, or one that is there. */
export const NetworkConfig = z
  .discriminatedUnion('vpc', [OwnNetwork, ExistingNetwork], {
    error: (issue) => (issue.code === 'invalid_union' ? 'vpc must be "own" or "existing"' : undefined),
  })
  .refine(({ zones, endpointZones }) => endpointZones?.every((zone) => zones[zone] !== undefined) ?? true, {
    path: ['endpointZones'],
    error: 'must be among the zones of the network',
  })
export type NetworkConfig = z.output<typeof NetworkConfig>
export type OwnNetworkConfig = z.output<typeof OwnNetwork>
export type ExistingNetworkConfig = z.output<typeof ExistingNetwork>

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([0-9.]+)\/([0-9]+)$/.exec(text) ?? []
  const parts = address.split('.').map(Number)
  const isAddress = parts.length === 4 && parts.every((part) => part >= 0 && part <= 255)
  if (!isAddress || Number(bits) < 16 || Number(bits) > 20) return false
  const value = parts.reduce((sum, part) => sum * 256 + part, 0)
  return value % 2 ** (32 - Number(bits)) === 0
}
