import { z } from 'zod'

/** The longest label and dots that stand before the domain in a name of ours: `bootstrap-public.clu-<26 characters>.`. */
const LONGEST_PREFIX = 48

/** A name in the DNS may have 253 characters. */
const LONGEST_DOMAIN = 253 - LONGEST_PREFIX

/** Where clusters get their names: a hosted zone of Route 53, and the domain in it that belongs to Weir alone. */
export const DnsSettings = z.strictObject({
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone such as Z0123456789ABCDEFGHIJ')
    .meta({ description: 'A private zone that the network of hosts and clients is associated with, or a public one' }),
  domain: z
    .string()
    .max(LONGEST_DOMAIN)
    .regex(
      /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
      'must be a domain in lower case, without a dot at its end',
    )
    .meta({
      description: 'The name of the zone or one below it; every name under it is Weir’s',
      example: 'kafka.example.com',
    }),
})
export type DnsSettings = z.output<typeof DnsSettings>
