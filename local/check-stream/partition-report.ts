import type { CheckedPartition, ReadingResult } from './partition-reading.ts'
import { common, either, type Range, sizeOf } from './range-set.ts'
import type { Gap, PartitionReport, RecordRange } from './report.ts'

/** How many notes and how many ranges of lost records a report shows of one partition. */
const SHOWN = 10

/** Puts both readings of a partition together: a record that any of them should have met and did not is lost. */
export function partitionReport(
  { topicName, partition, writers }: CheckedPartition,
  readings: readonly ReadingResult[],
): PartitionReport {
  const missing = writers.map((_, producer) => {
    const of = (reached: boolean): readonly Range[] =>
      readings
        .filter((reading) => reading.reached === reached)
        .map((reading) => reading.missing[producer] ?? [])
        .reduce(either, [])
    const lost = of(true)
    const unread = of(false)
    return { lost, unverified: sizeOf(unread) - sizeOf(common(unread, lost)) }
  })
  const worst = (count: (reading: ReadingResult) => number): number => Math.max(...readings.map(count))
  const gap = longestOf(writers.map(({ longestGap }) => longestGap()))
  return {
    topic: topicName,
    partition,
    acknowledged: sum(writers.map((writer) => sizeOf(writer.acknowledgedRanges()))),
    lost: sum(missing.map(({ lost }) => sizeOf(lost))),
    lostRecords: missing.flatMap(({ lost }, producer) => lost.map((range) => shown(producer, range))).slice(0, SHOWN),
    unverified: sum(missing.map(({ unverified }) => unverified)),
    duplicated: worst(({ duplicated }) => duplicated),
    outOfOrder: worst(({ outOfOrder }) => outOfOrder),
    damaged: worst(({ damaged }) => damaged),
    abandoned: sum(writers.map((writer) => sizeOf(writer.abandonedSet.ranges()))),
    longestGapSeconds: Math.round(gap.milliseconds) / 1000,
    longestGapFrom: new Date(gap.from).toISOString(),
    notes: [...new Set(readings.flatMap(({ notes }) => notes))].slice(0, SHOWN),
  }
}

const shown = (producer: number, { from, to }: Range): RecordRange => ({ producer, first: from, last: to - 1 })

/** The longest of several gaps; there is at least one. */
export function longestOf(gaps: readonly Gap[]): Gap {
  return gaps.reduce((one, other) => (other.milliseconds > one.milliseconds ? other : one))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
