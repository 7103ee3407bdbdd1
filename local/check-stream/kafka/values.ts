import type { RecordsBatch } from '@platformatic/kafka'

/** The bit of a batch that holds markers of transactions and no records. */
const CONTROL = 1 << 5

/** The values from an offset on, and the offset after them. A broker gives whole batches, and the first may begin earlier. */
export function valuesFrom(
  batches: readonly RecordsBatch[],
  offset: bigint,
): { readonly values: readonly (Buffer | null)[]; readonly next: bigint } {
  const values = batches
    .filter(({ attributes }) => (attributes & CONTROL) === 0)
    .flatMap(({ firstOffset, records }) =>
      records.filter(({ offsetDelta }) => firstOffset + BigInt(offsetDelta) >= offset).map(({ value }) => value),
    )
  const last = batches.at(-1)
  return { values, next: last === undefined ? offset : last.firstOffset + BigInt(last.lastOffsetDelta) + 1n }
}
