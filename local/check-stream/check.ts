import { randomBytes } from 'node:crypto'
import type { Clock } from '../../shared/ports/clock.ts'
import type { StreamCluster } from './partition-log.ts'
import { longestOf } from './partition-report.ts'
import type { StreamPlan, StreamRun } from './plan.ts'
import { prepare } from './prepare.ts'
import type { StreamReport } from './report.ts'
import { runPartition } from './run-partition.ts'
import { summarise } from './summarise.ts'
import { createTally, total } from './tally.ts'
import { createProgress } from './write-account.ts'

/** A check under way. */
export interface StreamCheck {
  /** Resolves when so many more records are acknowledged; rejects when the check ends first. */
  acknowledged(count: number): Promise<void>
  readonly progress: () => StreamProgress
  /** Ends the writing, reads the rest and then all of it again from the beginning, and reports. */
  stop(): Promise<StreamReport>
  /** The report, when the duration is over or the check was stopped. */
  readonly ended: Promise<StreamReport>
}

/** How far a check is. */
export interface StreamProgress {
  readonly acknowledged: number
  readonly errors: number
  readonly retriableErrors: number
  readonly longestGapSeconds: number
}

/** Starts to write and read; resolves when all is prepared and the first record is due. */
export async function checkStream(cluster: StreamCluster, clock: Clock, plan: StreamPlan): Promise<StreamCheck> {
  const stopping = new AbortController()
  const giveUp = new AbortController()
  const drain = new AbortController()
  const over = new AbortController()
  const run: StreamRun = {
    ...{ plan, cluster, clock, id: randomBytes(4).toString('hex') },
    ...{ progress: createProgress(), produceTally: createTally(), consumeTally: createTally() },
    ...{ stopping: stopping.signal, giveUp: giveUp.signal, drain: drain.signal },
  }
  const prepared = await prepare(run)
  const startAt = clock.now()
  const partitions = prepared.map((partition) => runPartition(run, partition, startAt))
  const working = Promise.all(partitions.flatMap(({ written, read }) => [written, read]))

  const finish = async (): Promise<StreamReport> => {
    const stoppedAt = clock.now()
    stopping.abort()
    const written = new AbortController()
    const limit = clock.sleep(plan.settleSeconds * 1000, written.signal).then(
      () => {
        giveUp.abort()
        for (const partition of partitions) partition.giveUp()
      },
      () => undefined,
    )
    try {
      await Promise.all(partitions.map((partition) => partition.written))
      written.abort()
      drain.abort()
      const reports = await Promise.all(partitions.map((partition) => partition.readAgain()))
      return summarise(run, reports, { startAt, stoppedAt })
    } finally {
      written.abort()
      drain.abort()
      over.abort()
      await limit
      cluster.close()
    }
  }

  let finishing: Promise<StreamReport> | undefined
  const { promise: ended, resolve } = Promise.withResolvers<StreamReport>()
  const stop = (): Promise<StreamReport> => {
    finishing ??= finish()
    resolve(finishing)
    return finishing
  }
  // A fault of the checker itself ends the run and comes out of `ended`; who does not wait for it is not struck by it.
  ended.catch(() => undefined)
  working.catch(() => stop().catch(() => undefined))
  if (plan.durationSeconds !== undefined) {
    clock.sleep(plan.durationSeconds * 1000, stopping.signal).then(stop, () => undefined)
  }

  const errors = (retriable: boolean): number =>
    total([...run.produceTally.counts(), ...run.consumeTally.counts()], retriable)
  return {
    acknowledged: (count) => run.progress.more(count, over.signal),
    progress: () => ({
      acknowledged: run.progress.count(),
      errors: errors(false),
      retriableErrors: errors(true),
      longestGapSeconds: longestOf(partitions.map(({ longestGap }) => longestGap())).milliseconds / 1000,
    }),
    stop,
    ended,
  }
}
