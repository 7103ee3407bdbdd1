import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDynamoStore } from '../../functions/adapters/dynamo-store.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { startAwsEmulator } from '../emulator/aws-emulator.ts'
import { createTable } from '../emulator/create-table.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

describe('DynamoDB store behind a network that loses answers', () => {
  it('commits once and reports success when the answer to a committed transaction is lost', async () => {
    const emulator = await startAwsEmulator(['dynamodb', 'dynamodbstreams'])
    onTestFinished(emulator.stop)
    const proxy = await startProxy(emulator.endpoint)
    const client = new DynamoDBClient({ endpoint: proxy.endpoint, region: 'us-east-1', credentials })
    const streams = new DynamoDBStreamsClient({ endpoint: proxy.endpoint, region: 'us-east-1', credentials })
    onTestFinished(() => {
      client.destroy()
      streams.destroy()
    })
    const tableName = `weir-${randomUUID()}`
    await createTable(client, tableName)
    const store = openDynamoStore({ client, streams, tableName, clock: systemClock, random: Math.random })
    const at = { partition: 'T#acme#', sort: 'a' }

    proxy.loseNextCommit()
    await store.transact([{ ...at, put: 'first', guard: 'absent' }])
    proxy.loseNextCommit()
    await store.transact([{ ...at, put: 'second', guard: { version: 1 } }])
    proxy.loseNextCommit()
    await store.transact([{ ...at, delete: true, guard: { version: 2 } }])

    expect(proxy.commits()).toBe(6)
    expect(await store.get(at)).toBeUndefined()
    const { changes } = await store.changes(undefined, 10)
    expect(changes.map(({ before, after }) => [before?.version, after?.version])).toEqual([
      [undefined, 1],
      [1, 2],
      [2, undefined],
    ])
  })
})

/** Passes everything on to the emulator; of a commit chosen to be lost the effect arrives, but its answer never does. */
async function startProxy(target: string) {
  let isNextLost = false
  let commits = 0
  const server = createServer(async (request, response) => {
    const answer = await forward(target, request)
    if (request.headers['x-amz-target']?.toString().endsWith('.TransactWriteItems')) {
      commits += 1
      const isLost = isNextLost
      isNextLost = false
      if (isLost) {
        request.socket.destroy()
        return
      }
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
  }).listen(0, '127.31.0.3')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  return {
    endpoint: `http://127.31.0.3:${typeof address === 'object' ? address?.port : ''}`,
    loseNextCommit: () => {
      isNextLost = true
    },
    commits: () => commits,
  }
}

async function forward(target: string, request: IncomingMessage): Promise<Response> {
  const { 'x-amz-target': operation = '', authorization = '' } = request.headers
  return fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': operation.toString(), authorization },
    body: Buffer.concat(await request.toArray()),
  })
}
