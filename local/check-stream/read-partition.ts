import type { Clock } from '../../shared/ports/clock.ts'
import { LogFailure, type PartitionLog, type Position } from './partition-log.ts'
import type { ReadEnd, Reading } from './partition-reading.ts'
import { backOffMilliseconds, type Tally } from './tally.ts'

/** All that the reader of one partition works with. */
export interface PartitionReader {
  readonly log: Pick<PartitionLog, 'read'>
  readonly from: Position
  readonly clock: Clock
  readonly tally: Tally
  readonly reading: Pick<Reading, 'saw' | 'moved' | 'complete'>
  /** Comes when nothing more will be written: from then on there is an end to reach. */
  readonly drain: AbortSignal
  /** Without progress for so long, what is missing then is taken as missing. */
  readonly settleMilliseconds: number
}

/**
 * Reads one partition until writing has ended and its end is reached. A log that ends too early is asked again for a while:
 * a new leader shows acknowledged records only when its followers have told it that they have them.
 */
export async function readPartition(reader: PartitionReader): Promise<ReadEnd> {
  const { log, clock, tally, reading, drain, settleMilliseconds } = reader
  let position = reader.from
  let stuckSince: number | undefined
  let failures = 0
  for (;;) {
    let end: ReadEnd
    try {
      const page = await log.read(position)
      failures = 0
      for (const value of page.values) reading.saw(value)
      if (page.moved !== undefined) reading.moved(page.moved)
      if (page.next.offset !== position.offset || page.next.topicId !== position.topicId) stuckSince = undefined
      position = page.next
      const atEnd = position.offset >= page.end
      if (drain.aborted && atEnd && reading.complete()) return { reached: true }
      end = atEnd ? { reached: true } : { reached: false, reason: 'the log was not read to its end in time' }
    } catch (error) {
      if (!(error instanceof LogFailure)) throw error
      tally.add(error)
      end = error.effect === 'gone' ? { reached: true } : { reached: false, reason: error.kind }
      failures++
    }
    if (drain.aborted) {
      stuckSince ??= clock.now()
      if (clock.now() - stuckSince >= settleMilliseconds) return end
    }
    if (failures > 0) await clock.sleep(backOffMilliseconds(failures))
  }
}
