import { faultsOf } from './judge.ts'
import type { StreamRun } from './plan.ts'
import type { PartitionReport, StreamReport } from './report.ts'

/** Adds the partitions up to the report of the whole run, and judges it. */
export function summarise(
  { plan, progress, produceTally, consumeTally }: StreamRun,
  partitions: readonly PartitionReport[],
  { startAt, stoppedAt }: { readonly startAt: number; readonly stoppedAt: number },
): StreamReport {
  const sum = (count: (partition: PartitionReport) => number): number =>
    partitions.reduce((all, partition) => all + count(partition), 0)
  const found = {
    startedAt: new Date(startAt).toISOString(),
    durationSeconds: Math.round(stoppedAt - startAt) / 1000,
    recordsPerSecond: plan.recordsPerSecond,
    producers: plan.producers,
    messageBytes: plan.messageBytes,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost),
    unverified: sum(({ unverified }) => unverified),
    duplicated: sum(({ duplicated }) => duplicated),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    damaged: sum(({ damaged }) => damaged),
    abandoned: sum(({ abandoned }) => abandoned),
    longestGapSeconds: Math.max(...partitions.map(({ longestGapSeconds }) => longestGapSeconds)),
    latencyMilliseconds: progress.latencyMilliseconds(),
    produceErrors: produceTally.counts(),
    consumeErrors: consumeTally.counts(),
    partitions,
  }
  const faults = faultsOf(found, plan)
  return { held: faults.length === 0, faults, ...found }
}
