import type { Range } from './range-set.ts'
import { type ReadAccount, readAccount } from './read-account.ts'
import { decodeRecord } from './stream-record.ts'
import type { WriteAccount } from './write-account.ts'

/** The partition of a topic; topics by their place in the order. */
export interface CheckedPartition {
  readonly run: string
  readonly topicName: string
  readonly topic: number
  readonly partition: number
  /** By producer. */
  readonly writers: readonly WriteAccount[]
}

/** How a reading ended: at the end of the log, or without having got there. */
export type ReadEnd = { readonly reached: true } | { readonly reached: false; readonly reason: string }

/** One reading of a partition from some point on: while it is written, or afterwards from its beginning. */
export interface Reading {
  saw(value: Buffer | null): void
  /** Told when the log did not have what came next. */
  moved(why: string): void
  /** Tells whether the last of all acknowledged records was passed, so that no more of them can come. */
  complete(): boolean
  ended(end: ReadEnd): void
  readonly result: () => ReadingResult
}

/** What a reading showed. */
export interface ReadingResult {
  /** By producer: what was acknowledged and not seen. */
  readonly missing: readonly (readonly Range[])[]
  readonly reached: boolean
  readonly duplicated: number
  readonly outOfOrder: number
  readonly damaged: number
  readonly notes: readonly string[]
}

/** How many notes are kept of one reading. */
const NOTES = 10

/** Begins a reading: sorts values by producer into accounts. */
export function readingOf({ run, topic, partition, writers }: CheckedPartition): Reading {
  const accounts: readonly ReadAccount[] = writers.map(({ abandonedSet }) => readAccount(abandonedSet))
  const notes: string[] = []
  let damaged = 0
  let end: ReadEnd = { reached: false, reason: 'it has not ended' }
  const missing = (): readonly (readonly Range[])[] =>
    accounts.map((account, producer) => account.missing(writers[producer]?.acknowledgedRanges() ?? []))
  return {
    saw(value) {
      const decoded = decodeRecord(run, value)
      if (decoded.kind === 'foreign') return
      if (decoded.kind === 'damaged') {
        damaged++
        return
      }
      const { stream, number } = decoded
      const inPlace = stream.topic === topic && stream.partition === partition
      const account = accounts[stream.producer]
      if (inPlace && account !== undefined && number < (writers[stream.producer]?.sent() ?? 0)) account.saw(number)
      else damaged++
    },
    moved(why) {
      if (notes.length < NOTES && !notes.includes(why)) notes.push(why)
    },
    complete: () =>
      accounts.every((account, producer) => {
        const last = writers[producer]?.acknowledgedRanges().at(-1)
        return last === undefined || account.isPast(last.to - 1)
      }),
    ended(how) {
      end = how
    },
    result: () => ({
      missing: missing(),
      reached: end.reached,
      duplicated: sum(accounts.map(({ duplicated }) => duplicated())),
      outOfOrder: sum(accounts.map(({ outOfOrder }) => outOfOrder())),
      damaged,
      notes: end.reached ? notes : [...notes, `The log could not be read to its end: ${end.reason}.`],
    }),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
