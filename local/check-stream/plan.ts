import type { Clock } from '../../shared/ports/clock.ts'
import type { StreamCluster } from './partition-log.ts'
import type { StreamLimits } from './report.ts'
import type { Tally } from './tally.ts'
import type { Progress } from './write-account.ts'

/** What a check writes, and what it may not exceed. */
export interface StreamPlan extends StreamLimits {
  readonly topics: readonly string[]
  /** Of topics that do not exist yet. */
  readonly partitions: number
  readonly replicationFactor: number
  readonly producers: number
  /** Of all producers in all partitions together. */
  readonly recordsPerSecond: number
  readonly messageBytes: number
  /** Until it is stopped, if not given. */
  readonly durationSeconds?: number | undefined
  /** How long to wait at the end for answers that are due, and for records that do not come. */
  readonly settleSeconds: number
}

/** What fits most checks; the topics are the caller's. */
export const DEFAULT_PLAN = {
  partitions: 6,
  replicationFactor: 3,
  producers: 1,
  recordsPerSecond: 100,
  messageBytes: 256,
  settleSeconds: 30,
} as const satisfies Omit<StreamPlan, 'topics'>

/** What all partitions of one run share. */
export interface StreamRun {
  /** Tells this run's records from those of any other. */
  readonly id: string
  readonly plan: StreamPlan
  readonly cluster: StreamCluster
  readonly clock: Clock
  readonly progress: Progress
  readonly produceTally: Tally
  readonly consumeTally: Tally
  /** No further record becomes due. */
  readonly stopping: AbortSignal
  /** What is still under way is given up. */
  readonly giveUp: AbortSignal
  /** All writing has ended, so that reading has an end. */
  readonly drain: AbortSignal
}
