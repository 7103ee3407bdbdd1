import { expect, it } from 'vitest'
import { createApiClient } from '../../../cli/api-client.ts'
import { createKafkaUser } from '../../../cli/connect/kafka-user.ts'
import { hurriedClock } from '../api-server.ts'
import { type Reply, scriptedServer } from '../scripted-server.ts'

const wish = { name: 'app', role: 'consumer', topicPrefix: '' } as const
const repeated: Reply = { status: 201, body: wish }
const shown: Reply = { status: 200, body: wish, headers: { ETag: '"seen"' } }

it('makes a user anew whose password was lost, by another Idempotency-Key', async () => {
  const fresh: Reply = { status: 201, body: { ...wish, password: 'second' } }
  await using server = await scriptedServer([repeated, shown, { status: 204 }, fresh])
  const client = createApiClient({ url: server.url, clock: hurriedClock() })
  expect(await createKafkaUser(client, 'clu_1', wish)).toMatchObject({ name: 'app', password: 'second' })
  const [first, , deletion, second] = server.received
  expect(deletion).toMatchObject({ method: 'DELETE', headers: { 'if-match': '"seen"' } })
  expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key'])
})
