import { describe, expect, it } from 'vitest'
import { dynamodbUnits, itemBytes } from './dynamodb-units.ts'

const item = (bytes: number) => ({ a: { S: 'x'.repeat(bytes - 1) } })
const read = (operation: string, answer: object, ConsistentRead = false) =>
  dynamodbUnits(operation, JSON.stringify({ ConsistentRead }), JSON.stringify(answer))
const written = (operation: string, request: object) => dynamodbUnits(operation, JSON.stringify(request), '{}')

describe('an item', () => {
  it('is as large as the names and values of its attributes', () => {
    expect(itemBytes({ name: { S: 'é' }, n: { N: '-12.5' }, b: { B: 'AAAA' } })).toBe(4 + 2 + 1 + 3 + 1 + 3)
    expect(itemBytes({ t: { BOOL: true }, l: { L: [{ S: 'ab' }] }, m: { M: { k: { NULL: true } } } })).toBe(2 + 7 + 7)
  })
})

describe('a call takes', () => {
  it('half a unit for each 4 KB that are read, and a whole one where the read is consistent', () => {
    expect(read('GetItem', {})).toEqual({ readHalfUnits: 1, writeUnits: 0 })
    expect(read('GetItem', { Item: item(4096) }, true)).toEqual({ readHalfUnits: 2, writeUnits: 0 })
    expect(read('GetItem', { Item: item(4097) }, true)).toEqual({ readHalfUnits: 4, writeUnits: 0 })
  })

  it('units for all that a query has read together', () => {
    expect(read('Query', { Items: [item(2000), item(2000)] }, true).readHalfUnits).toBe(2)
    expect(read('Query', { Items: [item(3000), item(3000)] }, true).readHalfUnits).toBe(4)
  })

  it('a unit for each KB that is written, and twice as much in a transaction', () => {
    expect(written('PutItem', { Item: item(1025) })).toEqual({ readHalfUnits: 0, writeUnits: 2 })
    const TransactItems = [{ Put: { Item: item(1025) } }, { Delete: {} }, { ConditionCheck: {} }]
    expect(written('TransactWriteItems', { TransactItems })).toEqual({ readHalfUnits: 0, writeUnits: 8 })
  })

  it('nothing that is not known', () => {
    expect(() => written('BatchWriteItem', {})).toThrow(/not known/)
  })
})
