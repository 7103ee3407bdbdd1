import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Change, Item, Key } from '../../shared/ports/store.ts'

/**
 * The attributes of the single table. `value` is JSON text rather than a DynamoDB map: every JSON number comes back
 * exactly (DynamoDB's own numbers end at 1e126), the item's size is known before it is sent, and no attribute of a
 * record can collide with a reserved word. The price is that no expression can look inside a value; Weir's never do.
 */
export interface TableItem extends Record<string, AttributeValue> {
  readonly pk: AttributeValue.SMember
  readonly sk: AttributeValue.SMember
  readonly version: AttributeValue.NMember
  readonly value: AttributeValue.SMember
}

/** The part of a DynamoDB image that Weir reads; the SDK's and the Lambda event's attribute types both fit. */
export type Image = Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>

/** The part of a stream record that Weir reads, as GetRecords and a Lambda event both deliver it. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined
        readonly OldImage?: Image | undefined
        readonly NewImage?: Image | undefined
      }
    | undefined
}

/** The primary key as DynamoDB wants it. */
export function toTableKey({ partition, sort }: Key): { pk: AttributeValue.SMember; sk: AttributeValue.SMember } {
  return { pk: { S: partition }, sk: { S: sort } }
}

/** Builds what is stored; `expiresAt` is the table's time-to-live attribute. */
export function toTableItem(key: Key, version: number, json: string, expiresAt: number | undefined): TableItem {
  return {
    ...toTableKey(key),
    version: { N: String(version) },
    value: { S: json },
    ...(expiresAt !== undefined && { expiresAt: { N: String(expiresAt) } }),
  }
}

/** Reads an image, whether expired or not. */
export function toItem(image: Image): Item {
  const { pk, sk, version, value } = image
  if (pk?.S === undefined || sk?.S === undefined || version?.N === undefined || value?.S === undefined) {
    throw new TypeError(`not an item of Weir: ${pk?.S ?? 'no partition'} ${sk?.S ?? 'no sort'}`)
  }
  return { partition: pk.S, sort: sk.S, version: Number(version.N), value: JSON.parse(value.S) }
}

/** The item as a reader sees it: nothing once it has expired, though DynamoDB may delete it days later. */
export function toLiveItem(image: Image, nowSeconds: number): Item | undefined {
  const expiresAt = image.expiresAt?.N
  return expiresAt === undefined || Number(expiresAt) > nowSeconds ? toItem(image) : undefined
}

/**
 * Converts one stream record. Its cursor is the record's sequence number: what a Lambda function names in a partial
 * batch response, not what `changes` of the store takes. Throws on a record that no store wrote.
 */
export function toChange({ dynamodb: record }: StreamRecord): Change {
  const before = record?.OldImage && toItem(record.OldImage)
  const after = record?.NewImage && toItem(record.NewImage)
  const item = after ?? before
  if (item === undefined || record?.SequenceNumber === undefined) {
    throw new TypeError('a stream record without images: the stream must carry NEW_AND_OLD_IMAGES')
  }
  const { partition, sort } = item
  return { cursor: record.SequenceNumber, partition, sort, ...(before && { before }), ...(after && { after }) }
}

/** Converts the records of a Lambda stream event, in their order. To isolate a poison record, use `toChange` on each. */
export function toChanges(records: readonly StreamRecord[]): readonly Change[] {
  return records.map(toChange)
}
