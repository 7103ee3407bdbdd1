import type { Clock } from '../../shared/ports/clock.ts'
import type { Pace } from './pace.ts'
import { type Batch, LogFailure, type PartitionLog, type ProducerIdentity } from './partition-log.ts'
import { encodeRecord, type StreamName } from './stream-record.ts'
import { backOffMilliseconds, type Tally } from './tally.ts'
import type { WriteAccount } from './write-account.ts'

/** All that the writer of one stream works with. */
export interface StreamWriter {
  readonly stream: StreamName
  readonly identity: ProducerIdentity
  readonly messageBytes: number
  readonly log: Pick<PartitionLog, 'append'>
  readonly pace: Pace
  readonly account: WriteAccount
  readonly tally: Tally
  readonly clock: Clock
  /** Comes when what is still under way at the end must be given up. */
  readonly giveUp: AbortSignal
}

/** A request stays well below the `max.message.bytes` of a topic, whose default is 1 MiB. */
const BATCH_BYTES = 262_144
const BATCH_RECORDS = 500

/** Sequences are counted up to here and then from 0 again. */
const SEQUENCE_MODULUS = 2 ** 31

/**
 * A deposed leader that does not know it yet refuses the sequence, too; after so many refusals in a row, over three seconds,
 * what came before the batch is really not there.
 */
const SEQUENCE_REFUSALS = 10

/**
 * Writes the records of one stream, each when it is due, until the pace ends. One batch at a time, and the very same one
 * again until it is answered: so neither order nor number can change on the way, whatever fails.
 */
export async function writeStream(writer: StreamWriter): Promise<void> {
  const { pace, account, clock, messageBytes } = writer
  const batchRecords = Math.max(1, Math.min(BATCH_RECORDS, Math.floor(BATCH_BYTES / messageBytes)))
  let { identity } = writer
  let sequenceBase = 0
  for (let next = 0; ; ) {
    const due = await pace.due(next)
    if (due === 0) return
    const range = { from: next, to: next + Math.min(due, batchRecords) }
    account.sending(range)
    const numbers = Array.from({ length: range.to - range.from }, (_, index) => range.from + index)
    const outcome = await settle(writer, {
      identity,
      sequence: (next - sequenceBase) % SEQUENCE_MODULUS,
      timestamp: BigInt(Math.floor(clock.now())),
      records: numbers.map((number) => encodeRecord(writer.stream, number, messageBytes)),
    })
    account[outcome](range, clock.now())
    next = range.to
    if (outcome === 'abandoned') {
      // A higher epoch may begin anew, and it shuts out what an earlier attempt may still have on its way.
      identity = { ...identity, epoch: identity.epoch + 1 }
      sequenceBase = next
    }
  }
}

async function settle(
  { log, tally, clock, giveUp }: StreamWriter,
  batch: Batch,
): Promise<'acknowledged' | 'abandoned'> {
  let sequenceRefusals = 0
  for (let failures = 1; ; failures++) {
    try {
      await log.append(batch)
      return 'acknowledged'
    } catch (error) {
      if (!(error instanceof LogFailure)) throw error
      if (giveUp.aborted) return 'abandoned'
      tally.add(error)
      sequenceRefusals = error.effect === 'sequenceRefused' ? sequenceRefusals + 1 : 0
      if (sequenceRefusals === SEQUENCE_REFUSALS) return 'abandoned'
    }
    await clock.sleep(backOffMilliseconds(failures), giveUp).catch(() => undefined)
    if (giveUp.aborted) return 'abandoned'
  }
}
