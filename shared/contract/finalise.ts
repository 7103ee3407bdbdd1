import { z } from 'zod'
import { KAFKA_VERSION_NAMES } from '../catalogue/kafka-versions.ts'

/** What a caller may say of finalising; nothing means the release that the cluster runs. */
export const FinaliseUpgrade = z
  .strictObject({
    levelsOf: z.enum(KAFKA_VERSION_NAMES).optional().meta({
      description:
        'The release whose feature levels the cluster shall have; the one that it runs unless said. Those of an older one take a finalised upgrade back where Kafka allows that',
    }),
  })
  .prefault({})
  .meta({ id: 'FinaliseUpgrade' })
