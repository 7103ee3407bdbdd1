import { z } from 'zod'
import { OPERATION_TYPES } from '../../shared/lifecycle/lifecycle.ts'

const count = z.int().nonnegative()

/**
 * What one operation took of AWS, from its order to its end, counted while the synthesized assembly carried it out. Polls of its
 * steps are in it; what would have been used without the operation, too (jobs, hosts that wait for news), is not.
 */
export const OperationUsage = z.strictObject({
  operation: z.enum(OPERATION_TYPES).meta({ description: 'One row for each type of operation' }),
  nodes: z.int().positive().meta({ description: 'Hosts of the cluster; what is counted grows with them' }),
  tenantApiRequests: count.meta({
    description: 'Requests that API Gateway took from the tenant: the order, without asking how far it is',
  }),
  hostApiRequests: count.meta({
    description: 'Requests that API Gateway took from the agents and that brought or took news',
  }),
  stateTransitions: count.meta({ description: 'Of Standard workflows; every state entered, every retry' }),
  historyEvents: count.meta({ description: 'Of the execution; it costs nothing and is limited to 25,000' }),
  lambdaRequests: count,
  lambdaMebibyteMilliseconds: count.meta({
    description: 'Memory of the function times milliseconds that it ran, summed over all invocations',
  }),
  dynamodbReadHalfUnits: count.meta({
    description:
      'Read request units times two: an eventually consistent read of up to 4 KB is one, a consistent one two, in a transaction four',
  }),
  dynamodbWriteUnits: count.meta({ description: 'Write request units: one for each KB, in a transaction two' }),
  eventsPublished: count.meta({ description: 'Events put on the bus' }),
  kmsSignatures: count.meta({ description: 'Asymmetric signatures: certificates of nodes and of the control plane' }),
})
export type OperationUsage = z.output<typeof OperationUsage>

/** The checked-in figures, `operation-usage.json`: which run they are from, and one row for each type of operation that it carried out. */
export const OperationUsageFile = z.strictObject({
  measuredOn: z.iso.date(),
  measuredBy: z.string().min(10).meta({ description: 'The command that printed them' }),
  operations: z
    .array(OperationUsage)
    .refine((rows) => new Set(rows.map(({ operation }) => operation)).size === rows.length, {
      error: 'has an operation twice',
    }),
})
export type OperationUsageFile = z.output<typeof OperationUsageFile>
