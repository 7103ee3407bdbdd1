import { renderTable } from '../../cli/output.ts'
import type { StreamProgress } from './check.ts'
import type { PartitionReport, StreamReport } from './report.ts'
import type { FailureCount } from './tally.ts'

/** The report for people: the verdict last, where a terminal shows it. */
export function reportText(report: StreamReport): string {
  const { p50, p99, max } = report.latencyMilliseconds
  const gap = report.partitions.reduce((one, other) => (other.longestGapSeconds > one.longestGapSeconds ? other : one))
  const lines = [
    partitionTable(report.partitions),
    '',
    `acknowledged   ${report.acknowledged} records in ${seconds(report.durationSeconds)}`,
    `lost           ${report.lost}`,
    ...(report.unverified > 0 ? [`unverified     ${report.unverified}`] : []),
    `out of order   ${report.outOfOrder}`,
    `duplicated     ${report.duplicated}`,
    ...(report.damaged > 0 ? [`damaged        ${report.damaged}`] : []),
    ...(report.abandoned > 0
      ? [`abandoned      ${report.abandoned} without an answer, neither acknowledged nor lost`]
      : []),
    `longest gap    ${seconds(gap.longestGapSeconds)} on ${gap.topic}-${gap.partition} from ${gap.longestGapFrom}`,
    `latency        p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`,
    `errors         ${errorText([...report.produceErrors, ...report.consumeErrors], false)}`,
    `retried        producing: ${errorText(report.produceErrors, true)}; consuming: ${errorText(report.consumeErrors, true)}`,
    ...report.partitions.flatMap(lostText),
    ...report.partitions.flatMap(({ topic, partition, notes }) =>
      notes.map((note) => `${topic}-${partition}: ${note}`),
    ),
    '',
    report.held
      ? 'Held: every acknowledged record was read exactly once and in order.'
      : ['Not held:', ...report.faults.map((fault) => `  ${fault}`)].join('\n'),
  ]
  return `${lines.join('\n')}\n`
}

/** How far a check is, in a line. */
export function progressText({ acknowledged, errors, retriableErrors, longestGapSeconds }: StreamProgress): string {
  return `${acknowledged} acknowledged, longest gap ${seconds(longestGapSeconds)}, ${errors} errors, ${retriableErrors} retried`
}

function partitionTable(partitions: readonly PartitionReport[]): string {
  return renderTable(
    ['PARTITION', 'ACKNOWLEDGED', 'LOST', 'OUT OF ORDER', 'DUPLICATED', 'LONGEST GAP'],
    partitions.map((each) => [
      `${each.topic}-${each.partition}`,
      ...[each.acknowledged, each.lost, each.outOfOrder, each.duplicated],
      seconds(each.longestGapSeconds),
    ]),
  )
}

function lostText({ topic, partition, lost, lostRecords }: PartitionReport): readonly string[] {
  if (lost === 0) return []
  const ranges = lostRecords.map(({ producer, first, last }) => `${first} to ${last} of producer ${producer}`)
  return [`${topic}-${partition} lost ${lost}: ${ranges.join(', ')}`]
}

function errorText(counts: readonly FailureCount[], retriable: boolean): string {
  const some = counts.filter((each) => each.retriable === retriable)
  return some.length === 0 ? 'none' : some.map(({ kind, count }) => `${count} ${kind}`).join(', ')
}

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} s`
