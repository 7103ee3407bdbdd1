import type { PartitionReport, StreamLimits, StreamReport } from './report.ts'
import { total } from './tally.ts'

type Counted = 'lost' | 'unverified' | 'outOfOrder' | 'duplicated' | 'damaged'

/** What must never happen, in the words that are completed with the number and the partitions. */
const NEVER: readonly (readonly [Counted, string])[] = [
  ['lost', 'acknowledged but lost'],
  ['unverified', 'acknowledged but could not be looked for'],
  ['outOfOrder', 'read out of order'],
  ['duplicated', 'read more than once'],
  ['damaged', 'damaged, misplaced or never sent'],
]

/** How many partitions are named in one sentence. */
const NAMED = 5

/** Why a run did not hold; empty when it did. A run in which nothing was acknowledged has proven nothing. */
export function faultsOf(report: Omit<StreamReport, 'held' | 'faults'>, limits: StreamLimits): readonly string[] {
  const errors = [...report.produceErrors, ...report.consumeErrors]
  const { maxGapSeconds, maxErrors, maxRetriableErrors } = limits
  const above = (what: string, actual: number, limit: number | undefined): readonly string[] =>
    limit !== undefined && actual > limit ? [`${what}: ${actual}, more than ${limit}.`] : []
  return [
    ...(report.acknowledged === 0 ? ['No record was acknowledged.'] : []),
    ...NEVER.flatMap(([count, words]) =>
      report[count] > 0 ? [`${report[count]} records ${words} (${places(report.partitions, count)}).`] : [],
    ),
    ...above('Seconds without an acknowledgement', report.longestGapSeconds, maxGapSeconds),
    ...above('Errors', total(errors, false), maxErrors),
    ...above('Retriable errors', total(errors, true), maxRetriableErrors),
  ]
}

function places(partitions: readonly PartitionReport[], count: Counted): string {
  const found = partitions.filter((each) => each[count] > 0)
  const named = found.slice(0, NAMED).map((each) => `${each.topic}-${each.partition}`)
  const rest = found.length - named.length
  return named.join(', ') + (rest > 0 ? ` and ${rest} more partitions` : '')
}
