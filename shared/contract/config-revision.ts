import { z } from 'zod'
import { OperationStateName } from './operation.ts'
import { Links, OperationId, Timestamp } from './primitives.ts'

/** A Kafka configuration that was ordered once. */
export const ConfigRevision = z
  .object({
    revision: z.int().meta({ description: 'From 1, the configuration that the cluster was created with' }),
    ordered: z.boolean().meta({ description: 'Whether it is what the cluster shall run with now' }),
    config: z.record(z.string(), z.string()),
    changes: z
      .array(z.object({ key: z.string(), from: z.string().optional(), to: z.string().optional() }))
      .meta({ description: 'Against the configuration that was ordered before it; absent values are defaults' }),
    state: OperationStateName.optional().meta({
      description:
        'How its operation went; after Failed the previous configuration was restored. Absent for revision 1',
    }),
    requestedBy: z.string().optional(),
    operationId: OperationId.optional(),
    createdAt: Timestamp,
    links: Links,
  })
  .meta({ id: 'ConfigRevision' })
export type ConfigRevision = z.output<typeof ConfigRevision>
