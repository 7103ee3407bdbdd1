import { z } from 'zod'
import { MAINTENANCE_KIND_NAMES, URGENCIES } from '../maintenance/kinds.ts'
import { PlannedChange } from './planned-change.ts'
import { ClusterId, id, Links, MAY_GROW, OperationId, Timestamp } from './primitives.ts'
import { ErrorCodeName } from './problem.ts'

/** The id of something that Weir does with a cluster by itself. */
export const MaintenanceId = id('maintenance', 'Id of the maintenance')

/** How far a maintenance is, or how it went. */
export const MAINTENANCE_STATES = ['Scheduled', 'Started', 'Succeeded', 'Failed', 'Cancelled', 'NotNeeded'] as const

/** What may be asked of a maintenance. */
export const MAINTENANCE_ACTIONS = ['postpone', 'startNow'] as const

/** Something that Weir does with a cluster without being asked, and that is not a repair. */
export const Maintenance = z
  .object({
    id: MaintenanceId,
    clusterId: ClusterId,
    kind: z.enum(MAINTENANCE_KIND_NAMES).meta({ description: `What is done. ${MAY_GROW}` }),
    urgency: z.enum(URGENCIES).meta({
      description: `Planned: in the maintenance window. Emergency: as soon as no other operation runs. ${MAY_GROW}`,
    }),
    state: z.enum(MAINTENANCE_STATES).meta({
      description: `NotNeeded: what it was for was so already, or was no longer wanted. ${MAY_GROW}`,
    }),
    reason: z.string().meta({ example: 'The volume of broker 2 is 83 % full; the threshold is 80 %.' }),
    changes: z.array(PlannedChange).meta({ description: 'What it changes of the order' }),
    scheduledFor: Timestamp.meta({ description: 'When it begins, or was to begin' }),
    latest: Timestamp.meta({ description: 'It cannot be put off beyond this' }),
    postponedTimes: z.int(),
    mostPostponements: z.int(),
    missedWindows: z.int().meta({
      description: 'Windows that have passed without it, because the cluster was busy or stopped',
    }),
    held: z
      .object({ code: ErrorCodeName, detail: z.string(), since: Timestamp })
      .optional()
      .meta({ description: 'Why it has not begun although its time has come' }),
    allowedActions: z.array(z.enum(MAINTENANCE_ACTIONS)).meta({ description: `What may be asked of it. ${MAY_GROW}` }),
    operationId: OperationId.optional(),
    createdAt: Timestamp,
    startedAt: Timestamp.optional(),
    finishedAt: Timestamp.optional(),
    links: Links,
  })
  .meta({ id: 'Maintenance' })
export type Maintenance = z.output<typeof Maintenance>

/** To when a maintenance is put off; no body means the next window. */
export const MaintenancePostponement = z
  .strictObject({
    until: z.iso.datetime({ offset: true }).optional().meta({
      example: '2026-12-24T00:00:00+01:00',
      description: 'It begins in the first window from then on, not in the next one',
    }),
  })
  .prefault({})
  .meta({ id: 'MaintenancePostponement' })
