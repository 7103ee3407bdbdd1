import { z } from 'zod'

/** What hosts are made from, apart from where they run. */
export const HostsConfig = z
  .strictObject({
    artifactsManifestSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the digest that `npm run artifacts` printed: 64 hexadecimal digits')
      .optional()
      .meta({
        description:
          'The manifest of the artefacts in the bucket, which hosts start from. Without it there are no launch templates, and orders end with NOT_PROVIDED',
      }),
    imageId: z
      .string()
      .regex(/^ami-[0-9a-f]{8,17}$/, 'must be the id of an image: ami-…')
      .optional()
      .meta({
        description:
          'An image of Amazon Linux 2023 for x86_64 that is not encrypted; without it the newest one at the time of each deployment',
      }),
    rootVolumeGiB: z
      .int()
      .min(8)
      .max(1024)
      .default(20)
      .meta({ description: 'System, agent, Kafka releases and logs; topics are on volumes of their own' }),
  })
  .prefault({})
export type HostsConfig = z.output<typeof HostsConfig>
