import { once } from 'node:events'
import { createServer } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDynamoStore } from '../../../functions/adapters/dynamo-store.ts'
import { TransactionConflict } from '../../../shared/ports/store.ts'

const writes = [
  { partition: 'T#a#', sort: 'one', put: 1, guard: 'absent' },
  { partition: 'T#a#', sort: 'two', put: 1, guard: { version: 4 } },
] as const

/** What the service answers: the error's name with the reasons of a cancelled transaction, or success. */
type Answer = 'success' | { readonly error: string; readonly reasons?: readonly object[] }

const cancelled = (...codes: readonly string[]): Answer => ({
  error: 'TransactionCanceledException',
  reasons: codes.map((Code) => ({ Code })),
})

/** DynamoDB's wire protocol with scripted answers (the last one repeats): contention that no emulator produces. */
async function openScripted(...script: readonly Answer[]) {
  const tokens: string[] = []
  const delays: number[] = []
  const server = createServer(async (request, response) => {
    const body: { ClientRequestToken: string } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    tokens.push(body.ClientRequestToken)
    const answer = script[Math.min(tokens.length, script.length) - 1] ?? 'success'
    response.writeHead(answer === 'success' ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' })
    const fault = answer === 'success' ? {} : { __type: `com.amazonaws.dynamodb.v20120810#${answer.error}` }
    const reasons = answer !== 'success' && answer.reasons ? { CancellationReasons: answer.reasons } : {}
    response.end(JSON.stringify({ ...fault, ...reasons }))
  }).listen(0, '127.31.0.2')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.31.0.2:${typeof address === 'object' ? address?.port : ''}`
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    // The SDK tries some errors again on its own; here every try is the store's.
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  const clock = {
    now: () => 0,
    sleep: async (milliseconds: number) => {
      delays.push(milliseconds)
    },
  }
  return { store: openDynamoStore({ client, tableName: 'weir', clock, random: () => 0.5 }), tokens, delays }
}

const rejection = (outcome: Promise<unknown>): Promise<unknown> =>
  outcome.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('DynamoDB transaction under contention', () => {
  it.each([
    ['another transaction holds an item', cancelled('None', 'TransactionConflict')],
    ['the table is throttled', cancelled('ThrottlingError', 'None')],
    ['its own earlier try is still in progress', { error: 'TransactionInProgressException' }],
  ])('tries again with the same token when %s', async (_, passing) => {
    const { store, tokens, delays } = await openScripted(passing, passing, 'success')
    await store.transact(writes)
    expect(tokens).toHaveLength(3)
    expect(new Set(tokens).size).toBe(1)
    expect(delays).toEqual([10, 20])
  })

  it('uses a new token for every transaction', async () => {
    const { store, tokens } = await openScripted('success')
    await store.transact(writes)
    await store.transact(writes)
    expect(new Set(tokens).size).toBe(2)
  })

  it('gives up after eight tries with a conflict that names no key, its delays doubling up to one second', async () => {
    const { store, tokens, delays } = await openScripted(cancelled('TransactionConflict', 'None'))
    const error = await rejection(store.transact(writes))
    expect(error).toBeInstanceOf(TransactionConflict)
    expect(error).toMatchObject({ failed: [] })
    expect(tokens).toHaveLength(8)
    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 500])
  })

  it('gives up on a throttled table with the throttling error', async () => {
    const { store } = await openScripted(cancelled('ThrottlingError', 'None'))
    expect(await rejection(store.transact(writes))).toMatchObject({ name: 'TransactionCanceledException' })
  })

  it('reports a failed guard at once, also when another item was contended', async () => {
    const { store, tokens } = await openScripted(cancelled('TransactionConflict', 'ConditionalCheckFailed'))
    const error = await rejection(store.transact(writes))
    expect(error).toMatchObject({ failed: [{ key: { partition: 'T#a#', sort: 'two' }, current: undefined }] })
    expect(tokens).toHaveLength(1)
  })

  it('passes on a refusal that no further try can cure', async () => {
    const { store, tokens } = await openScripted(cancelled('ValidationError', 'TransactionConflict'))
    expect(await rejection(store.transact(writes))).toMatchObject({ name: 'TransactionCanceledException' })
    expect(tokens).toHaveLength(1)
  })
})
