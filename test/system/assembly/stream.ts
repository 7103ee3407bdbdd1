import { setTimeout as sleep } from 'node:timers/promises'
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { z } from 'zod'
import type { Functions } from './functions.ts'
import type { Permissions } from './permissions.ts'
import type { Deployment } from './template.ts'

const Mapping = z.looseObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
})

/** How often the stream is looked at; the service looks four times a second. */
const LOOK_EVERY_MILLISECONDS = 250

/** What the service needs to read a stream in the name of the function. */
const READING = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator']

/** Invokes the function of a mapping with what its filter lets through, in order; a batch that fails is given again. */
export function followStreams(
  deployment: Deployment,
  functions: Functions,
  permissions: Permissions,
  client: DynamoDBStreamsClient,
  onFailure: (thrown: unknown) => void,
): () => Promise<void> {
  const stopping = new AbortController()
  const running = deployment.all('AWS::Lambda::EventSourceMapping').map(async ({ properties }) => {
    const { FunctionName, EventSourceArn, FilterCriteria } = Mapping.parse(properties)
    const caller = functions.callerOf(FunctionName)
    const patterns = FilterCriteria.Filters.map(({ Pattern }): unknown => JSON.parse(Pattern))
    const arn = `arn:aws:lambda:${deployment.region}:${deployment.account}:function:${FunctionName}`
    for (const action of READING) {
      const verdict = permissions(caller, { action, resource: EventSourceArn })
      if (!verdict.allowed) return onFailure(new Error(`${FunctionName} may not ${action}: ${verdict.because}`))
    }
    const table = EventSourceArn.split('/')[1] ?? ''
    const places = new Map<string, string>()
    while (!stopping.signal.aborted) {
      try {
        await followOnce(client, table, places, async (records) => {
          const wanted = records.filter((record) => patterns.some((pattern) => fits(pattern, record)))
          if (wanted.length > 0) await functions.invoke(arn, { Records: wanted })
        })
      } catch (thrown) {
        if (!stopping.signal.aborted) onFailure(thrown)
      }
      await sleep(LOOK_EVERY_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })
  return async () => {
    stopping.abort()
    await Promise.all(running)
  }
}

async function followOnce(
  client: DynamoDBStreamsClient,
  TableName: string,
  places: Map<string, string>,
  handle: (records: readonly object[]) => Promise<void>,
): Promise<void> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName }))
  const StreamArn = Streams[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  for (const { ShardId = '' } of StreamDescription?.Shards ?? []) {
    const start = () =>
      client.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
    const ShardIterator = places.get(ShardId) ?? (await start()).ShardIterator
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }))
    await handle(Records)
    if (NextShardIterator !== undefined) places.set(ShardId, NextShardIterator)
  }
}

/** Whether a record has what a filter's pattern asks for: one of the listed texts, or a text with one of the prefixes. */
function fits(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((rule) =>
      typeof rule === 'object' && rule !== null && 'prefix' in rule
        ? typeof value === 'string' && value.startsWith(String(rule.prefix))
        : rule === value,
    )
  }
  if (typeof pattern !== 'object' || pattern === null) return false
  return Object.entries(pattern).every(([key, part]) => fits(part, Object(value)[key]))
}
