import type { FailureCount } from './tally.ts'

/** The longest time in which records were due and none was acknowledged. */
export interface Gap {
  readonly milliseconds: number
  /** When it began, in milliseconds since the epoch. */
  readonly from: number
}

/** The numbers from `first` to `last` of one producer in one partition. */
export interface RecordRange {
  readonly producer: number
  readonly first: number
  readonly last: number
}

/** What was found in one partition. */
export interface PartitionReport {
  readonly topic: string
  readonly partition: number
  readonly acknowledged: number
  readonly lost: number
  /** The first of them. */
  readonly lostRecords: readonly RecordRange[]
  readonly unverified: number
  readonly duplicated: number
  readonly outOfOrder: number
  readonly damaged: number
  readonly abandoned: number
  readonly longestGapSeconds: number
  readonly longestGapFrom: string
  /** Whatever needs an explanation: why a log could not be read on, why it was not read to its end. */
  readonly notes: readonly string[]
}

/** What a check found out. Counts are of records; those of reading are of the worse of two readings. */
export interface StreamReport {
  /** Nothing was lost, all came in order and exactly once, and the limits were kept. */
  readonly held: boolean
  /** Why it did not hold, in sentences. */
  readonly faults: readonly string[]
  readonly startedAt: string
  /** How long records were written. */
  readonly durationSeconds: number
  readonly recordsPerSecond: number
  readonly producers: number
  readonly messageBytes: number
  readonly acknowledged: number
  /** Acknowledged, but not to be read. */
  readonly lost: number
  /** Acknowledged, but could not be looked for, because the log could not be read. */
  readonly unverified: number
  readonly duplicated: number
  readonly outOfOrder: number
  /** With a wrong checksum, in a wrong place, or never sent. */
  readonly damaged: number
  /** Given up without an answer; they may have been written or not. */
  readonly abandoned: number
  readonly longestGapSeconds: number
  /** From the time at which a record was due to its acknowledgement. */
  readonly latencyMilliseconds: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly produceErrors: readonly FailureCount[]
  readonly consumeErrors: readonly FailureCount[]
  readonly partitions: readonly PartitionReport[]
}

/** What a run may not exceed, beside what must never happen. */
export interface StreamLimits {
  readonly maxGapSeconds?: number | undefined
  /** Failed attempts that a client does not mend by itself. */
  readonly maxErrors?: number | undefined
  /** Failed attempts that a client repeats by itself. */
  readonly maxRetriableErrors?: number | undefined
}
