import { z } from 'zod'
import { OPERATION_ACTIONS, OPERATION_STATES } from '../lifecycle/statuses.ts'
import { OperationTypeName } from './cluster.ts'
import { Plan } from './plan.ts'
import { ClusterId, Links, MAY_GROW, OperationId, Timestamp } from './primitives.ts'
import { ErrorCodeName } from './problem.ts'

/** What an operation is doing or is. */
export const OperationStateName = z
  .enum(OPERATION_STATES)
  .meta({ id: 'OperationState', description: `Succeeded, Failed and Cancelled are final. ${MAY_GROW}` })

/** One step on one broker, or on the cluster where `nodeId` is absent, with its evidence. */
export const OperationStep = z
  .object({
    name: z.string().meta({ example: 'waitForBroker' }),
    nodeId: z.int().optional(),
    state: z
      .enum(['Running', 'Waiting', 'Succeeded', 'Failed'])
      .meta({ description: `Waiting: what it waits for is in reason. ${MAY_GROW}` }),
    attempts: z.int(),
    startedAt: Timestamp,
    finishedAt: Timestamp.optional(),
    statusBefore: z.string().optional(),
    statusAfter: z.string().optional(),
    reason: z.string().optional(),
    code: ErrorCodeName.optional().meta({ description: 'Of what it waits for or failed with' }),
  })
  .meta({ id: 'OperationStep' })

/** Why an operation failed. */
export const OperationFailure = z
  .object({
    code: ErrorCodeName,
    title: z.string(),
    detail: z.string(),
    step: z.string().optional(),
    nodeId: z.int().optional(),
    logLines: z
      .array(z.string())
      .optional()
      .meta({ description: "Kafka's own last lines on that broker, newest last" }),
  })
  .meta({ id: 'OperationFailure' })

const head = {
  id: OperationId,
  type: OperationTypeName,
  state: OperationStateName,
  allowedActions: z.array(z.enum(OPERATION_ACTIONS)).meta({
    description: `What may be asked of it now, by POST …/actions/{action}; pause and cancel are heeded at the next border between two brokers. ${MAY_GROW}`,
  }),
  target: z.object({ type: z.literal('Cluster'), id: ClusterId }),
  requestedBy: z.string().meta({ description: 'Subject of the token' }),
  requestId: z.string(),
  attempt: z.int(),
  createdAt: Timestamp,
  startedAt: Timestamp.optional(),
  finishedAt: Timestamp.optional(),
  deadlineAt: Timestamp,
  warnings: z.array(z.string()),
  error: OperationFailure.optional(),
  links: Links,
} as const

/** An operation in a list: without its steps. */
export const OperationSummary = z.object(head).meta({ id: 'OperationSummary' })
export type OperationSummary = z.output<typeof OperationSummary>

/** Something that takes longer than a request, and how far it is. */
export const Operation = z
  .object({
    ...head,
    progress: z
      .object({ brokersDone: z.int(), brokersTotal: z.int() })
      .meta({ description: 'Brokers (controllers included) that have reached the end of this operation' }),
    plan: Plan.optional().meta({ description: 'What was planned, of a change of what was ordered' }),
    steps: z.array(OperationStep).meta({ description: 'In the order of their start' }),
  })
  .meta({ id: 'Operation' })
export type Operation = z.output<typeof Operation>
