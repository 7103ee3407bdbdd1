import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeRecord,
  encodeRecord,
  MAX_MESSAGE_BYTES,
  MIN_MESSAGE_BYTES,
} from '../../../local/check-stream/stream-record.ts'

const run = 'a1b2c3d4'
const name = fc.record({ topic: fc.nat(999), partition: fc.nat(99_999), producer: fc.nat(999) })
const number = fc.nat(Number.MAX_SAFE_INTEGER)
const messageBytes = fc.oneof(fc.constantFrom(MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES), fc.integer({ min: 64, max: 2000 }))

test('comes back as it was, in a value of just the size that was asked for', () => {
  fc.assert(
    fc.property(name, number, messageBytes, (stream, number, size) => {
      const { value } = encodeRecord({ run, ...stream }, number, size)
      expect(value.length).toBe(size)
      expect(decodeRecord(run, value)).toEqual({ kind: 'record', stream, number })
    }),
    { numRuns: 50 },
  )
})

test('is damaged as soon as one byte behind the header differs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 199 }), fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const { value } = encodeRecord({ run, topic: 0, partition: 0, producer: 0 }, 7, 200)
      value[at] = (value[at] ?? 0) ^ difference
      expect(decodeRecord(run, value)).toEqual({ kind: 'damaged' })
    }),
  )
})

test('is told from the records of other runs and other programs', () => {
  const { value } = encodeRecord({ run: 'ffffffff', topic: 0, partition: 0, producer: 0 }, 7, 64)
  for (const foreign of [value, null, Buffer.from(''), Buffer.from('anything')]) {
    expect(decodeRecord(run, foreign)).toEqual({ kind: 'foreign' })
  }
})

test('has a key of its own, so that compaction keeps it', () => {
  const stream = { run, topic: 0, partition: 0, producer: 0 }
  expect(encodeRecord(stream, 1, 64).key.equals(encodeRecord(stream, 2, 64).key)).toBe(false)
})
