import type { DiskAutoscaling } from '../contract/cluster-spec.ts'
import type { Urgency } from '../maintenance/kinds.ts'
import { HYSTERESIS_PERCENT } from './thresholds.ts'
import type { DiskUsage } from './usage.ts'

/** What a decision is made from. */
export interface GrowthQuestion {
  readonly autoscaling: DiskAutoscaling
  /** The size that is ordered for the volumes. */
  readonly orderedGiB: number
  /** Whether some volume is smaller than that, because a growth has failed or was cancelled. */
  readonly lags: boolean
  readonly usages: readonly DiskUsage[]
}

/** The volume that the decision is about. */
interface Fullest {
  readonly nodeId: number
  readonly usedPercent: number
  readonly thresholdPercent: number
}

/**
 * What shall become of the volumes. `Calm`: nothing, and what was planned is not needed any more. `Unchanged`: nothing new;
 * what was planned stays.
 */
export type GrowthDecision =
  | { readonly kind: 'Calm' }
  | { readonly kind: 'Unchanged' }
  | ({ readonly kind: 'AtLimit' } & Fullest)
  | ({ readonly kind: 'Grow'; readonly urgency: Urgency; readonly toGiB: number } & Fullest)

/** After a growth the fullest volume is so far below the threshold: three quarters of it. */
const TARGET_SHARE = 0.75

/** The least growth: a volume can be changed once in six hours, so a small step may not last until the next. */
const LEAST_GROWTH = 1.2

/** Sizes are rounded up to whole GiB, large ones to ten. */
const LARGE_GIB = 100
const LARGE_STEP_GIB = 10

/**
 * Decides whether volumes grow, and to which size: one for all brokers, never smaller than what is ordered, never beyond the
 * limit, and the larger the fuller the fullest volume is. What a failed growth has left behind is finished first, where that
 * is enough.
 */
export function decideGrowth({ autoscaling, orderedGiB, lags, usages }: GrowthQuestion): GrowthDecision {
  const { plannedAtPercent: planned, emergencyAtPercent: emergency, limitGiB } = autoscaling
  const first = planned ?? emergency
  const fullest = usages.toSorted((a, b) => b.usedPercent - a.usedPercent || a.nodeId - b.nodeId)[0]
  if (first === undefined || !fullest) return { kind: 'Unchanged' }
  const { nodeId, usedPercent } = fullest
  if (usedPercent < first - HYSTERESIS_PERCENT) return { kind: 'Calm' }
  if (usedPercent < first) return { kind: 'Unchanged' }
  const isEmergency = emergency !== undefined && usedPercent >= emergency
  const about = { nodeId, usedPercent, thresholdPercent: isEmergency ? emergency : first }
  const toGiB = Math.min(limitGiB, wantedGiB(usages, first * TARGET_SHARE, orderedGiB, lags))
  if (toGiB < orderedGiB || (toGiB === orderedGiB && !lags)) return { kind: 'AtLimit', ...about }
  return { kind: 'Grow', urgency: isEmergency ? 'Emergency' : 'Planned', toGiB, ...about }
}

function wantedGiB(usages: readonly DiskUsage[], targetPercent: number, orderedGiB: number, lags: boolean): number {
  const enough = Math.max(...usages.map(({ volumeGiB, usedPercent }) => (volumeGiB * usedPercent) / targetPercent))
  if (lags && enough <= orderedGiB) return orderedGiB
  const least = Math.max(enough, orderedGiB * LEAST_GROWTH, orderedGiB + 1)
  const step = least < LARGE_GIB ? 1 : LARGE_STEP_GIB
  return Math.ceil(least / step) * step
}
