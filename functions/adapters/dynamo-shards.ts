import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard as StreamShard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams'
import type { Change } from '../../shared/ports/store.ts'
import { ChangesTrimmed } from '../../shared/ports/store-rules.ts'
import { toChange } from './dynamo-items.ts'

/** One shard of the stream: an ordered part of the feed. A child goes on where its parent was closed. */
export interface Shard {
  readonly id: string
  readonly parentId: string | undefined
}

/** What lies behind a position of one shard. `isClosed`: nothing will ever follow. */
export interface ShardRead {
  readonly changes: readonly Change[]
  readonly isClosed: boolean
}

/** The stream of one table as the feed reads it. */
export interface Shards {
  list(): Promise<readonly Shard[]>
  /** Changes behind the sequence number `after` (absent: from the oldest kept), each with its sequence number as cursor. */
  read(shardId: string, after: string | undefined, limit: number): Promise<ShardRead>
}

/** GetRecords may answer with an empty page although records follow; this many are read past before giving up for now. */
const MAX_EMPTY_PAGES = 5

/** GetRecords takes no higher limit. */
const MAX_RECORDS = 1000

/** Opens the latest stream of a table; its name is looked up once. */
export function openShards(client: DynamoDBClient, streams: DynamoDBStreamsClient, tableName: string): Shards {
  let found: Promise<string> | undefined
  const streamArn = () => {
    found ??= findStream(client, tableName).catch((error: unknown) => {
      found = undefined
      throw error
    })
    return found
  }

  return {
    async list() {
      const shards: StreamShard[] = []
      let start: string | undefined
      do {
        const command = new DescribeStreamCommand({ StreamArn: await streamArn(), ExclusiveStartShardId: start })
        const { StreamDescription: page } = await streams.send(command)
        shards.push(...(page?.Shards ?? []))
        start = page?.LastEvaluatedShardId
      } while (start !== undefined)
      return shards.flatMap(({ ShardId, ParentShardId }) =>
        ShardId === undefined ? [] : { id: ShardId, parentId: ParentShardId },
      )
    },

    async read(shardId, after, limit) {
      try {
        const position =
          after === undefined
            ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
            : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const)
        const { ShardIterator } = await streams.send(
          new GetShardIteratorCommand({ StreamArn: await streamArn(), ShardId: shardId, ...position }),
        )
        return await readFrom(streams, ShardIterator, Math.min(limit, MAX_RECORDS))
      } catch (error) {
        if (error instanceof TrimmedDataAccessException) {
          throw new ChangesTrimmed(`shard ${shardId} no longer holds the changes after ${after}`)
        }
        throw error
      }
    },
  }
}

async function readFrom(streams: DynamoDBStreamsClient, start: string | undefined, limit: number): Promise<ShardRead> {
  let iterator = start
  for (let pages = 0; iterator !== undefined && pages < MAX_EMPTY_PAGES; pages += 1) {
    const { Records = [], NextShardIterator } = await streams.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }),
    )
    if (Records.length > 0) return { changes: Records.map(toChange), isClosed: NextShardIterator === undefined }
    iterator = NextShardIterator
  }
  return { changes: [], isClosed: iterator === undefined }
}

async function findStream(client: DynamoDBClient, tableName: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  if (Table?.LatestStreamArn === undefined) throw new Error(`table ${tableName} has no stream`)
  return Table.LatestStreamArn
}
