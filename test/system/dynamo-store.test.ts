import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll } from 'vitest'
import { openDynamoStore } from '../../functions/adapters/dynamo-store.ts'
import { describeStore } from '../contract/store-contract.ts'
import type { OpenStore } from '../contract/store-fixture.ts'
import { type AwsEmulator, startAwsEmulator } from '../emulator/aws-emulator.ts'
import { createTable, deleteTable } from '../emulator/create-table.ts'

/** A table per random history makes each one dear; the SQLite adapter tries hundreds. */
const RANDOM_RUNS = 15

let emulator: AwsEmulator | undefined
let client: DynamoDBClient
let streams: DynamoDBStreamsClient

beforeAll(async () => {
  const given = process.env.WEIR_DYNAMODB_ENDPOINT
  emulator = given === undefined ? await startAwsEmulator(['dynamodb', 'dynamodbstreams']) : undefined
  const endpoint = given ?? emulator?.endpoint ?? ''
  // An endpoint of one's own may be the real service: then the credentials are those of the environment.
  const isReal = given !== undefined && process.env.AWS_ACCESS_KEY_ID !== undefined
  const region = process.env.AWS_REGION ?? 'us-east-1'
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const configuration = { endpoint, region, ...(!isReal && { credentials }) }
  client = new DynamoDBClient(configuration)
  streams = new DynamoDBStreamsClient(configuration)
})

afterAll(async () => {
  client?.destroy()
  streams?.destroy()
  await emulator?.stop()
})

const open: OpenStore = async (clock) => {
  const tableName = `weir-${randomUUID()}`
  await createTable(client, tableName)
  const store = openDynamoStore({ client, streams, tableName, clock, random: Math.random })
  return { store, close: () => deleteTable(client, tableName) }
}

describeStore('DynamoDB store', open, { randomRuns: RANDOM_RUNS })
