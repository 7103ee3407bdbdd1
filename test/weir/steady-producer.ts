import { randomUUID } from 'node:crypto'
import {
  Consumer,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { z } from 'zod'
import type { TenantApi } from './api.ts'

/** A tenant's client that writes with acks=all without a pause, and reads all of it back in the end. */
export interface SteadyProducer {
  /** Resolves when so many more records have been acknowledged. */
  acknowledged(count: number): Promise<void>
  /** Stops, reads everything back, and tells which acknowledged records were not read and which errors were seen. */
  finish(): Promise<{ readonly missing: readonly string[]; readonly errors: readonly string[] }>
}

/** The longest a read of everything may take. */
const READ_LIMIT_MILLISECONDS = 30_000

/** Makes a user with the API and starts to write as it. */
export async function steadyProducer(api: TenantApi, clusterId: string, topic: string): Promise<SteadyProducer> {
  const { body } = await api.call('POST', `/v1/clusters/${clusterId}/users`, {
    name: 'steady',
    role: 'admin',
    topicPrefix: '',
  })
  const { password } = z.object({ password: z.string() }).parse(body)
  const { connection } = await api.cluster(clusterId)
  if (!connection) throw new Error('the cluster cannot be reached')
  const client = {
    bootstrapBrokers: connection.bootstrapServers,
    tls: { ca: connection.caCertificatePem },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'steady', password },
    retries: 0,
  } as const
  const producer = new Producer({ ...client, clientId: 'steady', serializers: stringSerializers })
  const done = new Set<string>()
  const errors: string[] = []
  let stopping = false

  const writing = (async () => {
    for (let next = 0; !stopping; next++) {
      const value = `record-${next}`
      try {
        await producer.send({ messages: [{ topic, key: value, value }], acks: ProduceAcks.ALL })
        done.add(value)
      } catch (thrown) {
        errors.push(String(thrown))
      }
    }
  })()

  const readAll = async (): Promise<Set<string>> => {
    const consumer = new Consumer({
      ...client,
      // The first consumer of a cluster waits for its topic of offsets to be made; reading is not what is watched.
      retries: 20,
      retryDelay: 500,
      clientId: 'reader',
      groupId: `reader-${randomUUID()}`,
      deserializers: stringDeserializers,
    })
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
    const found = new Set<string>()
    const timer = setTimeout(() => stream.destroy(), READ_LIMIT_MILLISECONDS)
    for await (const message of stream) {
      found.add(message.value)
      if ([...done].every((value) => found.has(value))) break
    }
    clearTimeout(timer)
    await consumer.close(true)
    return found
  }

  return {
    acknowledged: async (count) => {
      const target = done.size + count
      while (done.size < target && errors.length === 0) await new Promise((resolve) => setImmediate(resolve))
    },
    finish: async () => {
      stopping = true
      await writing
      await producer.close()
      const found = await readAll()
      return { missing: [...done].filter((value) => !found.has(value)), errors }
    },
  }
}
