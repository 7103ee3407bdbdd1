import type { OperationType } from '../lifecycle/lifecycle.ts'

/** What Weir begins by itself in the maintenance window, and how far its tenant may put it off. */
interface MaintenanceKindRow {
  /** What it is, in a few words for people. */
  readonly title: string
  readonly operation: OperationType
  /** Who asks for the operation when its time has come. */
  readonly requestedBy: string
  readonly mostPostponements: number
  /** It can be put off until so many days after it was found to be due. */
  readonly latestDays: number
}

/**
 * Every kind of maintenance; `shared/state/maintenance-work.ts` says how each begins. Repairs are none: what is broken does
 * not wait for a window.
 */
export const MAINTENANCE_KINDS = {
  /** Three times put off by a week, and the week until the first window. */
  growVolumes: {
    title: 'Larger volumes',
    operation: 'extendVolumes',
    requestedBy: 'autoscaling',
    mostPostponements: 3,
    latestDays: 28,
  },
} as const satisfies Record<string, MaintenanceKindRow>

/** A kind of maintenance. */
export type MaintenanceKind = keyof typeof MAINTENANCE_KINDS

/** All kinds, as a non-empty list for schemas. */
export const MAINTENANCE_KIND_NAMES = Object.keys(MAINTENANCE_KINDS) as [MaintenanceKind, ...MaintenanceKind[]]

/** The row of a kind, with its literal types widened. */
export function maintenanceKind(kind: MaintenanceKind): MaintenanceKindRow {
  return MAINTENANCE_KINDS[kind]
}

/** Planned: it waits for the window. Emergency: it begins as soon as nothing else runs. */
export const URGENCIES = ['Planned', 'Emergency'] as const
export type Urgency = (typeof URGENCIES)[number]
