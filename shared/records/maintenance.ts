import type { PlannedChange } from '../contract/planned-change.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { MaintenanceKind, Urgency } from '../maintenance/kinds.ts'

/** Why something that is due has not begun. */
export interface Held {
  readonly code: ErrorCode
  readonly detail: string
  readonly since: string
}

/**
 * Something that Weir does with a cluster by itself. It stands in the cluster's record until it is over, and in the history
 * from then on. Times are RFC 3339, UTC.
 */
export interface MaintenanceRecord {
  readonly maintenanceId: string
  readonly kind: MaintenanceKind
  readonly urgency: Urgency
  /** Why, in a sentence for people. */
  readonly reason: string
  /** What it will change of the order, as far as that is known now. */
  readonly changes: readonly PlannedChange[]
  /** It begins in the first window from then on; it grows when it is put off. */
  readonly notBefore: string
  /** When that is; of an emergency the earliest time itself. */
  readonly scheduledFor: string
  /** It cannot be put off beyond this. */
  readonly latest: string
  readonly postponedTimes: number
  /** Windows that have passed although it was due, because the cluster was busy or stopped. */
  readonly missedWindows: number
  readonly held?: Held
  readonly createdAt: string
  readonly operationId?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  /** `NotNeeded`: what it was for is so already, or nobody wants it any more. */
  readonly outcome?: 'Succeeded' | 'Failed' | 'Cancelled' | 'NotNeeded'
}
