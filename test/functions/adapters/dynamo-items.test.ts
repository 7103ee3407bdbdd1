import type { DynamoDBRecord } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { toChange, toChanges } from '../../../functions/adapters/dynamo-items.ts'

const key = { pk: { S: 'T#acme#C#clu_1' }, sk: { S: 'EVT#000000000001' } }
const image = (version: number, value: string) => ({ ...key, version: { N: String(version) }, value: { S: value } })
const at = { partition: 'T#acme#C#clu_1', sort: 'EVT#000000000001' }

function record(sequenceNumber: string, images: NonNullable<DynamoDBRecord['dynamodb']>): DynamoDBRecord {
  const common = {
    Keys: key,
    SequenceNumber: sequenceNumber,
    SizeBytes: 80,
    StreamViewType: 'NEW_AND_OLD_IMAGES' as const,
  }
  return {
    eventID: sequenceNumber,
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: { ...common, ...images },
  }
}

describe('changes from a stream event', () => {
  it('converts inserts, modifications and removals in their order, with the sequence number as cursor', () => {
    const records: readonly DynamoDBRecord[] = [
      { ...record('100', { NewImage: image(1, '{"n":1}') }), eventName: 'INSERT' },
      { ...record('200', { OldImage: image(1, '{"n":1}'), NewImage: image(2, '{"n":[null]}') }), eventName: 'MODIFY' },
      { ...record('300', { OldImage: image(2, '{"n":[null]}') }), eventName: 'REMOVE' },
    ]
    const [one, two] = [
      { ...at, version: 1, value: { n: 1 } },
      { ...at, version: 2, value: { n: [null] } },
    ]
    expect(toChanges(records)).toEqual([
      { cursor: '100', ...at, after: one },
      { cursor: '200', ...at, before: one, after: two },
      { cursor: '300', ...at, before: two },
    ])
  })

  it('feeds the removal of an expired item by DynamoDB itself like any other removal', () => {
    const expired = { ...image(4, 'null'), expiresAt: { N: '1767225600' } }
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' }
    const removal: DynamoDBRecord = { ...record('7', { OldImage: expired }), eventName: 'REMOVE', userIdentity }
    expect(toChange(removal)).toEqual({ cursor: '7', ...at, before: { ...at, version: 4, value: null } })
  })

  it.each<[string, NonNullable<DynamoDBRecord['dynamodb']>, string]>([
    ['carries keys only', {}, 'NEW_AND_OLD_IMAGES'],
    ['no store wrote', { NewImage: { ...key, version: { N: '1' } } }, 'not an item of Weir: T#acme#C#clu_1'],
    ['holds broken JSON', { NewImage: image(1, '{') }, 'JSON'],
  ])('refuses a record that %s', (_, images, message) => {
    expect(() => toChange(record('1', images))).toThrow(message)
  })
})
