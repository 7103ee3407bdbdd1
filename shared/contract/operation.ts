import { z } from 'zod'
import { OPERATION_ACTIONS, OPERATION_STATES } from '../lifecycle/statuses.ts'
import { OperationTypeName } from './cluster.ts'
import { Plan } from './plan.ts'
import { ClusterId, Links, MAY_GROW, OperationId, Timestamp } from './primitives.ts'
import { ErrorCodeName } from './problem.ts'
import { MovesProgress } from './rebalance.ts'

/** What an operation is doing or is. */
export const OperationStateName = z
  .enum(OPERATION_STATES)
  .meta({ id: 'OperationState', description: `Succeeded, Failed and Cancelled are final. ${MAY_GROW}` })

/** How a node and its cluster stood in Kafka's own eyes at one moment. */
export const OperationSync = z
  .object({
    hostedPartitions: z.int().optional().meta({ description: 'Partitions with a replica on this broker' }),
    inSyncPartitions: z.int().optional().meta({ description: 'Those of them in whose ISR this broker is' }),
    underReplicatedPartitions: z
      .int()
      .optional()
      .meta({ description: 'Partitions of the whole cluster with fewer replicas in sync than replicas' }),
    atMinIsrPartitions: z
      .int()
      .optional()
      .meta({ description: 'Partitions of the whole cluster with just min.insync.replicas of them in sync' }),
    quorumLeaderId: z.int().optional().meta({ description: 'The active controller; -1 while there is none' }),
    voters: z.int().optional(),
    votersCaughtUp: z.int().optional(),
  })
  .meta({ id: 'OperationSync', description: 'Partitions where the node is a broker, voters where it is a controller' })
export type OperationSync = z.output<typeof OperationSync>

/** One step of one attempt on one broker, or on the cluster where `nodeId` is absent, with its evidence. */
export const OperationStep = z
  .object({
    attempt: z.int().meta({ description: 'The attempt of the operation that it belongs to' }),
    name: z.string().meta({ example: 'awaitInSync' }),
    nodeId: z.int().optional(),
    state: z.enum(['Running', 'Waiting', 'Succeeded', 'Failed', 'Abandoned']).meta({
      description: `Waiting: what it waits for is in reason. Abandoned: its attempt ended, or the operation did, before it. ${MAY_GROW}`,
    }),
    attempts: z.int().meta({ description: 'How often it was called in this attempt of the operation' }),
    startedAt: Timestamp,
    calledAt: Timestamp.meta({ description: 'When its newest call began' }),
    finishedAt: Timestamp.optional(),
    statusBefore: z.string().optional(),
    statusAfter: z.string().optional(),
    isrBefore: OperationSync.optional().meta({ description: 'Right before the node was touched' }),
    isrAfter: OperationSync.optional().meta({ description: 'When the node was back' }),
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

/** An attempt that ended before the operation did. */
export const OperationAttempt = z
  .object({
    attempt: z.int(),
    startedAt: Timestamp.optional(),
    endedAt: Timestamp,
    state: z.enum(['Failed', 'Paused', 'GivenUp']).meta({
      description: `GivenUp: it made no progress, took too long, or its execution ended without a word. ${MAY_GROW}`,
    }),
    error: OperationFailure.optional(),
  })
  .meta({ id: 'OperationAttempt' })

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
  attempt: z
    .int()
    .meta({ description: 'Of the newest attempt; one more with each resume, and with each that was given up' }),
  overtakenBy: OperationId.optional().meta({
    description: 'The operation that began on the cluster after this one had failed: it cannot be resumed any more',
  }),
  createdAt: Timestamp,
  startedAt: Timestamp.optional(),
  pausedAt: Timestamp.optional(),
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
      .object({ brokersDone: z.int(), brokersTotal: z.int(), moves: MovesProgress.optional() })
      .meta({ description: 'Brokers (controllers included) that have reached the end of this operation' }),
    plan: Plan.optional().meta({ description: 'What was planned, of a change of what was ordered' }),
    earlierAttempts: z.array(OperationAttempt).meta({ description: 'Oldest first; at most the newest nine' }),
    steps: z.array(OperationStep).meta({
      description: 'Of the attempts that are told of, attempt by attempt in the order of their start',
    }),
  })
  .meta({ id: 'Operation' })
export type Operation = z.output<typeof Operation>
