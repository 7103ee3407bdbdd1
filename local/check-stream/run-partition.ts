import { steadyPace } from './pace.ts'
import type { PartitionLog, Position, ProducerIdentity } from './partition-log.ts'
import { type CheckedPartition, type Reading, readingOf } from './partition-reading.ts'
import { longestOf, partitionReport } from './partition-report.ts'
import type { StreamRun } from './plan.ts'
import { readPartition } from './read-partition.ts'
import type { Gap, PartitionReport } from './report.ts'
import { writeAccount } from './write-account.ts'
import { writeStream } from './write-stream.ts'

/** A partition that is ready to be written and read. */
export interface PreparedPartition {
  readonly topicName: string
  readonly topic: number
  readonly partition: number
  /** Its place among all partitions of the run, and how many there are. */
  readonly index: number
  readonly among: number
  readonly first: Position
  readonly end: Position
  /** One a producer. */
  readonly identities: readonly ProducerIdentity[]
}

/** One partition under check. */
export interface PartitionRun {
  /** Settles when every producer has its last answer. */
  readonly written: Promise<unknown>
  /** Settles when the reader that went along has reached the end. */
  readonly read: Promise<unknown>
  /** Cuts off what is still under way. */
  giveUp(): void
  /** Reads all of it again from the beginning, and reports. */
  readAgain(): Promise<PartitionReport>
  readonly longestGap: () => Gap
}

/** Starts to write to one partition, and to read what is written. */
export function runPartition(run: StreamRun, prepared: PreparedPartition, startAt: number): PartitionRun {
  const { id, plan, cluster, clock, progress } = run
  const { topicName, partition, index, among, identities } = prepared
  const interval = (among * plan.producers * 1000) / plan.recordsPerSecond
  const writers = identities.map((identity, producer) => {
    // Streams take turns, so that the load is even and not one burst an interval.
    const turn = (interval * (producer * among + index)) / (among * plan.producers)
    const pace = steadyPace(clock, startAt + turn, interval, run.stopping)
    const account = writeAccount(pace, progress)
    const log = cluster.partitionLog(topicName, partition)
    const stream = { run: id, topic: prepared.topic, partition, producer }
    const written = writeStream({
      ...{ stream, identity, log, pace, account, clock, messageBytes: plan.messageBytes },
      ...{ tally: run.produceTally, giveUp: run.giveUp },
    })
    return { log, account, written: written.finally(() => log.close()) }
  })
  const checked: CheckedPartition = {
    ...{ run: id, topicName, topic: prepared.topic, partition },
    writers: writers.map(({ account }) => account),
  }
  const read = async (log: PartitionLog, from: Position): Promise<Reading> => {
    const reading = readingOf(checked)
    try {
      const { drain, consumeTally: tally } = run
      const settleMilliseconds = plan.settleSeconds * 1000
      reading.ended(await readPartition({ log, from, clock, tally, drain, settleMilliseconds, reading }))
    } finally {
      log.close()
    }
    return reading
  }
  const live = read(cluster.partitionLog(topicName, partition), prepared.end)
  return {
    written: Promise.all(writers.map(({ written }) => written)),
    read: live,
    giveUp: () => {
      for (const { log } of writers) log.close()
    },
    readAgain: async () => {
      const again = read(cluster.partitionLog(topicName, partition), prepared.first)
      const readings = await Promise.all([live, again])
      return partitionReport(
        checked,
        readings.map((reading) => reading.result()),
      )
    },
    longestGap: () => longestOf(checked.writers.map((writer) => writer.longestGap())),
  }
}
