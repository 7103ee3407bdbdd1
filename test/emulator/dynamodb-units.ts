import { z } from 'zod'

/** What a call takes of a table's throughput. */
export interface Units {
  /** Read request units times two: an eventually consistent read of up to 4 KB is one. */
  readonly readHalfUnits: number
  readonly writeUnits: number
}

const READ_BYTES = 4096
const WRITE_BYTES = 1024

/** Each item of a transaction is prepared and committed. */
const TRANSACTION = 2

type Value = Readonly<Record<string, unknown>>
const Item = z.record(z.string(), z.record(z.string(), z.unknown()))
const Reading = z.looseObject({ ConsistentRead: z.boolean().default(false) })
const Read = z.looseObject({ Item: Item.optional(), Items: z.array(Item).default([]) })
const Written = z.looseObject({ Item: Item.optional() })
const Transaction = z.looseObject({ TransactItems: z.array(z.record(z.string(), Written)) })

/**
 * What a call took, by the sizes of what it sent and got. What is deleted or only checked is not seen here: it counts as one
 * unit, which is all that an item of up to 1 KB takes.
 */
export function dynamodbUnits(operation: string, request: string, answer: string): Units {
  const asked: unknown = JSON.parse(request)
  if (operation === 'GetItem' || operation === 'Query') {
    const { Item: one, Items } = Read.parse(JSON.parse(answer))
    const bytes = [...(one ? [one] : []), ...Items].reduce((sum, item) => sum + itemBytes(item), 0)
    const units = Math.max(1, Math.ceil(bytes / READ_BYTES))
    return { readHalfUnits: units * (Reading.parse(asked).ConsistentRead ? 2 : 1), writeUnits: 0 }
  }
  if (operation === 'TransactWriteItems') {
    const parts = Transaction.parse(asked).TransactItems.flatMap((item) => Object.values(item))
    return { readHalfUnits: 0, writeUnits: TRANSACTION * parts.reduce((sum, part) => sum + writeUnits(part), 0) }
  }
  if (/^(Put|Delete|Update)Item$/.test(operation))
    return { readHalfUnits: 0, writeUnits: writeUnits(Written.parse(asked)) }
  throw new TypeError(`what ${operation} takes of a table is not known here`)
}

const writeUnits = ({ Item: item }: z.output<typeof Written>) =>
  item ? Math.max(1, Math.ceil(itemBytes(item) / WRITE_BYTES)) : 1

/** The size of an item as it is billed: the names of its attributes and their values. */
export function itemBytes(item: Readonly<Record<string, Value>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0)
}

/** Lists and maps take three bytes and one for each of their elements. */
const NESTED_BYTES = 3

function valueBytes(value: Value): number {
  const [[kind, content] = ['', undefined]] = Object.entries(value)
  if (kind === 'S') return Buffer.byteLength(String(content))
  if (kind === 'N') return Math.ceil(String(content).replaceAll(/[-.]/g, '').length / 2) + 1
  if (kind === 'B') return Buffer.from(String(content), 'base64').length
  if (kind === 'BOOL' || kind === 'NULL') return 1
  const nested = z.union([z.array(z.record(z.string(), z.unknown())), Item]).parse(content)
  const names = Array.isArray(nested) ? 0 : Object.keys(nested).reduce((sum, name) => sum + Buffer.byteLength(name), 0)
  const values = Object.values(nested).map(valueBytes)
  return NESTED_BYTES + names + values.reduce((sum, bytes) => sum + bytes + 1, 0)
}
