import { z } from 'zod'

/** A field of what was ordered that the change touches. */
export const PlannedChange = z
  .object({
    pointer: z.string().meta({ example: '/brokers/volumeGiB' }),
    from: z.unknown().optional(),
    to: z.unknown().optional(),
  })
  .meta({ id: 'PlannedChange' })
export type PlannedChange = z.output<typeof PlannedChange>
