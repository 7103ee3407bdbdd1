import { type Guard, type Key, MAX_TRANSACTION_WRITES, type Query, type Write } from './store.ts'

/** The largest stored item. DynamoDB counts attribute names and values in UTF-8 bytes and stops at 400 KB. */
export const MAX_ITEM_BYTES = 400 * 1024

/** The most bytes one transaction may put: DynamoDB's aggregate limit of 4 MB. */
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024

/** What an item costs beside its key and value: five attribute names (25 bytes) and two numbers (up to 21 bytes each). */
const ITEM_OVERHEAD_BYTES = 67

/** DynamoDB's limits for a partition key and a sort key. */
const MAX_PARTITION_BYTES = 2048
const MAX_SORT_BYTES = 1024

/** The most items one page may hold. */
const MAX_QUERY_LIMIT = 1000

/** A write that keeps the port's rules, with its value already as the JSON text that both adapters store. */
export type CheckedWrite = { readonly key: Key; readonly guard: Guard } & (
  | { readonly kind: 'put'; readonly version: number; readonly json: string; readonly expiresAt: number | undefined }
  | { readonly kind: 'delete' }
  | { readonly kind: 'check' }
)

/**
 * The change feed no longer holds what follows the given cursor. Going on silently would hide lost changes, so the
 * consumer is told: it starts again without a cursor and reconciles from the items themselves.
 */
export class ChangesTrimmed extends Error {
  override readonly name = 'ChangesTrimmed'
}

/**
 * Refuses what DynamoDB would refuse, on every adapter and before anything is sent, so that code which works on the
 * local store works on the deployed one. Throws a RangeError: such a call is a defect of the caller, never a race.
 */
export function checkWrites(writes: readonly Write[]): readonly CheckedWrite[] {
  if (writes.length === 0 || writes.length > MAX_TRANSACTION_WRITES) {
    throw new RangeError(`a transaction takes 1 to ${MAX_TRANSACTION_WRITES} writes, not ${writes.length}`)
  }
  const seen = new Set<string>()
  let totalBytes = 0
  return writes.map((write) => {
    const key = { partition: write.partition, sort: write.sort }
    checkKey(key)
    const identity = JSON.stringify([key.partition, key.sort])
    if (seen.has(identity)) throw new RangeError(`two writes of one transaction name the same key ${describe(key)}`)
    seen.add(identity)
    if (!('put' in write)) return { key, guard: write.guard, kind: 'delete' in write ? 'delete' : 'check' }
    const { json, bytes } = encode(key, write.put)
    totalBytes += bytes
    if (totalBytes > MAX_TRANSACTION_BYTES) {
      throw new RangeError(`a transaction puts at most ${MAX_TRANSACTION_BYTES} bytes`)
    }
    if (write.expiresAt !== undefined && !Number.isSafeInteger(write.expiresAt)) {
      throw new RangeError(`expiresAt of ${describe(key)} is not a whole number of seconds: ${write.expiresAt}`)
    }
    const version = write.guard === 'absent' ? 1 : write.guard.version + 1
    return { key, guard: write.guard, kind: 'put', version, json, expiresAt: write.expiresAt }
  })
}

/** Refuses a key that DynamoDB cannot hold, or that would not come back as it went in (a lone surrogate). */
export function checkKey({ partition, sort }: Key): void {
  checkKeyText('partition', partition, MAX_PARTITION_BYTES)
  checkKeyText('sort', sort, MAX_SORT_BYTES)
}

/** Refuses a page size outside 1 to 1000 and malformed key parts. */
export function checkQuery({ partition, limit }: Query): void {
  checkKeyText('partition', partition, MAX_PARTITION_BYTES)
  checkLimit(limit, MAX_QUERY_LIMIT)
}

/** Refuses a limit that is not a whole number from 1 to `most`. */
export function checkLimit(limit: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > most) {
    throw new RangeError(`limit must be a whole number from 1 to ${most}, not ${limit}`)
  }
}

function checkKeyText(part: string, text: string, mostBytes: number): void {
  if (text === '') throw new RangeError(`the ${part} of a key is empty`)
  if (!text.isWellFormed()) throw new RangeError(`the ${part} of a key is not well-formed Unicode`)
  // A unit of the text takes three bytes at most, so those of short ones need not be counted.
  const bytes = text.length * 3 > mostBytes ? utf8Bytes(text) : 0
  if (bytes > mostBytes) throw new RangeError(`the ${part} of a key has ${bytes} bytes, at most ${mostBytes} fit`)
}

function encode(key: Key, value: unknown): { json: string; bytes: number } {
  const json = JSON.stringify(value)
  if (json === undefined) throw new RangeError(`the value of ${describe(key)} is not JSON`)
  const bytes = utf8Bytes(key.partition) + utf8Bytes(key.sort) + utf8Bytes(json) + ITEM_OVERHEAD_BYTES
  if (bytes > MAX_ITEM_BYTES) {
    throw new RangeError(`item ${describe(key)} has ${bytes} bytes, at most ${MAX_ITEM_BYTES} fit`)
  }
  return { json, bytes }
}

function describe({ partition, sort }: Key): string {
  return `${partition} ${sort}`
}

const encoder = new TextEncoder()

function utf8Bytes(text: string): number {
  return encoder.encode(text).length
}
