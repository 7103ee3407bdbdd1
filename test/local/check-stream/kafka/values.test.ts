import { createRecordsBatch, Reader, type RecordsBatch, readRecordsBatch } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { valuesFrom } from '../../../../local/check-stream/kafka/values.ts'

/** A batch as a broker keeps it, from that offset on. */
function batch(firstOffset: bigint, ...values: readonly string[]): RecordsBatch {
  const messages = values.map((value) => ({ topic: 'any', value: Buffer.from(value) }))
  return { ...readRecordsBatch(Reader.from(createRecordsBatch(messages).buffer)), firstOffset }
}

const text = ({ values, next }: ReturnType<typeof valuesFrom>) => [values.map(String).join(' '), next]

test('leaves out what lies before the wanted offset in the first batch, which comes whole', () => {
  const batches = [batch(10n, 'a', 'b', 'c'), batch(13n, 'd')]
  expect(text(valuesFrom(batches, 10n))).toEqual(['a b c d', 14n])
  expect(text(valuesFrom(batches, 12n))).toEqual(['c d', 14n])
  expect(text(valuesFrom(batches, 14n))).toEqual(['', 14n])
})

test('passes over the markers of transactions, and stays where it is when there is nothing', () => {
  const marker = { ...batch(1n, 'marker'), attributes: 1 << 5 }
  expect(text(valuesFrom([batch(0n, 'a'), marker], 0n))).toEqual(['a', 2n])
  expect(text(valuesFrom([], 7n))).toEqual(['', 7n])
})
