import { z } from 'zod'
import { SupportStateName } from './cluster.ts'

/** What can be ordered now. */
export const Catalog = z
  .object({
    kafkaVersions: z.array(
      z.object({
        version: z.string(),
        recommended: z.boolean(),
        supportedFrom: z.iso.date(),
        supportedUntil: z.iso.date(),
        support: SupportStateName,
        featureLevels: z.record(z.string(), z.int()).meta({
          description:
            "The levels of Kafka's features that a cluster of this release is created with, and finalised to",
        }),
        nearEndOfSupport: z.boolean().meta({ description: 'Support ends within 180 days, or has ended' }),
      }),
    ),
    instanceTypes: z.array(
      z.object({
        name: z.string(),
        vCpu: z.int(),
        memoryGiB: z.int(),
        volumeGiB: z.object({ min: z.int(), max: z.int() }),
      }),
    ),
    availabilityZones: z.array(z.string()),
    topologies: z.array(
      z.object({ name: z.enum(['combined', 'dedicated']), description: z.string(), controllers: z.int() }),
    ),
    publicAccess: z
      .boolean()
      .meta({ description: 'Whether clusters can be ordered that clients reach from the internet' }),
  })
  .meta({ id: 'Catalog' })

const Quota = z.object({ limit: z.int(), used: z.int(), available: z.int() })

/** What the tenant may have and has. */
export const Quotas = z
  .object({
    clusters: Quota,
    brokers: Quota.meta({ description: 'Hosts, controllers included' }),
    volumeGiB: Quota,
  })
  .meta({ id: 'Quotas' })
