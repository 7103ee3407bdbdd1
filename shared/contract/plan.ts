import { z } from 'zod'
import { OperationTypeName } from './cluster.ts'
import { PlannedChange } from './planned-change.ts'
import { MAY_GROW } from './primitives.ts'
import { ErrorCodeName } from './problem.ts'
import { RestartModeName } from './restart.ts'

/** What carries out a part of a plan, in the order in which the parts of one plan follow each other. */
export const PLAN_PHASE_KINDS = [
  'updateNetwork',
  'extendVolumes',
  'expandBrokers',
  'rebalanceCluster',
  'updateConfig',
  'rebootBrokers',
  'upgradeKafka',
  'stopCluster',
  'startCluster',
  'finaliseUpgrade',
  'restoreCluster',
  'shrinkBrokers',
] as const

/** One part of a plan: the same done to each of its nodes, one after the other. */
export const PlanPhase = z
  .object({
    kind: z.enum(PLAN_PHASE_KINDS).meta({ description: `What is done. ${MAY_GROW}` }),
    mode: RestartModeName.optional().meta({ description: 'How, of `rebootBrokers`' }),
    nodes: z.array(z.int()).meta({ description: 'Node ids in the order in which they are taken' }),
    restarts: z.int().meta({ description: 'How many Kafka processes are restarted' }),
    moves: z
      .object({ partitions: z.int(), bytes: z.int().meta({ description: 'What is copied over the network' }) })
      .optional()
      .meta({ description: 'Replicas that go to other brokers, of `shrinkBrokers`' }),
    estimateSeconds: z.int(),
  })
  .meta({ id: 'PlanPhase' })
export type PlanPhase = z.output<typeof PlanPhase>

/** Why a plan cannot be carried out. */
export const PlanBlocker = z
  .object({
    code: ErrorCodeName,
    detail: z.string(),
    pointer: z.string().meta({ description: 'JSON pointer to the field at fault; empty where it is none' }),
    earliestAt: z.iso.datetime().optional().meta({ description: 'When the same change would no longer be blocked' }),
  })
  .meta({ id: 'PlanBlocker' })
export type PlanBlocker = z.output<typeof PlanBlocker>

/** What is billed by the hour. */
const Billed = z.object({
  machines: z.int().meta({ description: 'Hosts, controllers included' }),
  volumeGiB: z.int().meta({ description: 'Provisioned size of all volumes' }),
})

/** What a change of a cluster comes to, before it is made. */
export const Plan = z
  .object({
    operation: OperationTypeName.optional().meta({ description: 'Absent where the change takes effect at once' }),
    changes: z.array(PlannedChange),
    phases: z.array(PlanPhase).meta({ description: 'In order; none where the change takes effect at once' }),
    restarts: z.int().meta({ description: 'Restarts promised: those of all phases' }),
    estimateSeconds: z.int(),
    billing: z.object({ before: Billed, after: Billed }).optional().meta({
      description: 'What is billed now, and once it has been carried out; absent where that is the same',
    }),
    warnings: z.array(z.string()),
    blockers: z.array(PlanBlocker).meta({ description: 'All reasons why it would be refused; none if it would not' }),
  })
  .meta({ id: 'Plan' })
export type Plan = z.output<typeof Plan>
