import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Item, Page, Query, Store, Write } from '../../shared/ports/store.ts'
import { checkKey, checkQuery, checkWrites } from '../../shared/ports/store-rules.ts'
import { readChanges } from './dynamo-changes.ts'
import { toLiveItem, toTableKey } from './dynamo-items.ts'
import { openShards } from './dynamo-shards.ts'
import { commit } from './dynamo-transaction.ts'

/** What the DynamoDB store works with. */
export interface DynamoStoreOptions {
  readonly client: DynamoDBClient
  /** Reads the change feed; a function that never does passes no client, and its role needs no stream grant. */
  readonly streams?: DynamoDBStreamsClient
  readonly tableName: string
  readonly clock: Clock
  /** From 0 to below 1; spreads retries. */
  readonly random: () => number
}

/** The deployed store: one DynamoDB table of `pk`, `sk`, `version`, `value` and `expiresAt`, with a stream of both images. */
export function openDynamoStore(options: DynamoStoreOptions): Store {
  const { client, streams, tableName, clock } = options
  const shards = streams && openShards(client, streams, tableName)
  const nowSeconds = () => Math.floor(clock.now() / 1000)

  return {
    async get(key) {
      checkKey(key)
      const command = new GetItemCommand({ TableName: tableName, Key: toTableKey(key), ConsistentRead: true })
      const { Item: image } = await client.send(command)
      return image && toLiveItem(image, nowSeconds())
    },

    async query(query) {
      checkQuery(query)
      return queryPage(client, tableName, query, nowSeconds())
    },

    async transact(writes: readonly Write[]) {
      await commit(options, checkWrites(writes))
    },

    async changes(cursor, limit) {
      if (shards === undefined) throw new Error('this store was opened without a stream client')
      return readChanges(shards, cursor, limit)
    },
  }
}

/**
 * DynamoDB ends a page at 1 MB and counts expired items against its limit, so pages are read until one live item more
 * than asked for is known (then another page exists) or the partition ends.
 */
async function queryPage(client: DynamoDBClient, tableName: string, query: Query, nowSeconds: number): Promise<Page> {
  const { partition, sortPrefix = '', descending = false, limit } = query
  const first = startKey(query)
  if (first === 'beyond') return { items: [] }
  let start: Record<string, AttributeValue> | undefined = first
  const items: Item[] = []
  do {
    const { Items = [], LastEvaluatedKey }: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: sortPrefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: {
          ':pk': { S: partition },
          ...(sortPrefix !== '' && { ':prefix': { S: sortPrefix } }),
        },
        ScanIndexForward: !descending,
        Limit: limit + 1 - items.length,
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    items.push(...Items.flatMap((image) => toLiveItem(image, nowSeconds) ?? []))
    start = LastEvaluatedKey
  } while (start !== undefined && items.length <= limit)
  const page = items.slice(0, limit)
  const next = page.at(-1)?.sort
  return items.length > limit && next !== undefined ? { items: page, next } : { items: page }
}

/** DynamoDB refuses a start key outside the prefix: before the range it means the whole range, behind it nothing. */
function startKey({ partition, sortPrefix = '', after, descending }: Query) {
  if (after === undefined) return undefined
  if (after.startsWith(sortPrefix)) return toTableKey({ partition, sort: after })
  const isBehind = Buffer.compare(Buffer.from(after), Buffer.from(sortPrefix)) > 0
  return isBehind === (descending ?? false) ? undefined : 'beyond'
}
