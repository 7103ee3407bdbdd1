import { crc32 } from 'node:zlib'
import type { WireRecord } from './partition-log.ts'

/** One producer's records in one partition of one topic, numbered from 0: what must be read in this very order. */
export interface StreamName {
  /** Tells the records of this run from those of any other. */
  readonly run: string
  readonly topic: number
  readonly partition: number
  readonly producer: number
}

/** What a value turned out to be: a record of a stream, one of somebody else, or one that was changed on its way. */
export type Decoded =
  | { readonly kind: 'record'; readonly stream: Omit<StreamName, 'run'>; readonly number: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'damaged' }

/** The shortest value: room for the longest name, the number and the checksum. */
export const MIN_MESSAGE_BYTES = 64

/** As much fits into a request with the default `max.message.bytes` of a topic. */
export const MAX_MESSAGE_BYTES = 900_000

/** The checksum is the last eight characters. */
const CHECKSUM_BYTES = 8

const HEADER = /^weir ([0-9a-z]+) (\d+) (\d+) (\d+) (\d+);/u

/** The longest header that can be, so that not the whole value is searched. */
const MAX_HEADER_BYTES = 56

/** Makes the record of that number; its key is unique, so that it also lives in a compacted topic. */
export function encodeRecord(stream: StreamName, number: number, messageBytes: number): WireRecord {
  const header = `weir ${stream.run} ${stream.topic} ${stream.partition} ${stream.producer} ${number};`
  const value = Buffer.alloc(messageBytes, header, 'latin1')
  value.write(checksum(value), messageBytes - CHECKSUM_BYTES, 'latin1')
  return { key: Buffer.from(header, 'latin1'), value }
}

/** Reads a value back; only records of this run count. */
export function decodeRecord(run: string, value: Buffer | null): Decoded {
  const header = value?.toString('latin1', 0, MAX_HEADER_BYTES) ?? ''
  const [, itsRun, topic, partition, producer, number] = HEADER.exec(header) ?? []
  if (value === null || itsRun !== run) return { kind: 'foreign' }
  if (value.toString('latin1', value.length - CHECKSUM_BYTES) !== checksum(value)) return { kind: 'damaged' }
  return {
    kind: 'record',
    stream: { topic: Number(topic), partition: Number(partition), producer: Number(producer) },
    number: Number(number),
  }
}

function checksum(value: Buffer): string {
  return crc32(value.subarray(0, -CHECKSUM_BYTES)).toString(16).padStart(CHECKSUM_BYTES, '0')
}
