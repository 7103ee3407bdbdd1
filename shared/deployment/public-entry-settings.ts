import { z } from 'zod'
import { AVAILABILITY_ZONES } from '../catalogue/zones.ts'
import { DnsSettings } from './dns-settings.ts'

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be the id of something on EC2: ${prefix}-…`)

/** What an operator decides about public access: where its names and its load balancers stand. */
export const PublicAccessConfig = z.strictObject({
  ...DnsSettings.shape,
  subnetIds: z.partialRecord(z.enum(AVAILABILITY_ZONES), id('subnet')).meta({
    description: 'For each zone that can be ordered a public subnet: its load balancers reach hosts of that zone only',
  }),
})
export type PublicAccessConfig = z.output<typeof PublicAccessConfig>

/** The same with what the deployment adds to it, as the adapter of public entries is told. */
export const PublicEntrySettings = z.strictObject({
  ...PublicAccessConfig.shape,
  vpcId: id('vpc'),
  securityGroupId: id('sg').meta({ description: 'Of every load balancer: it may reach the public listener of hosts' }),
})
export type PublicEntrySettings = z.output<typeof PublicEntrySettings>
