import { randomUUID } from 'node:crypto'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

/** What a user of a cluster connects with. */
export interface ScramAccess {
  readonly clientListeners: readonly string[]
  readonly caPem: string
  readonly user: string
  readonly password: string
}

/** A record as a user sees it. */
export interface SeenRecord {
  readonly partition: number
  readonly value: string
}

// A coordinator that is not there yet is asked again; a refusal is an answer.
const patience = { retries: 30, retryDelay: 300, connectTimeout: 5000, requestTimeout: 10_000 } as const

const connect = ({ clientListeners, caPem, user, password }: ScramAccess) => ({
  ...patience,
  clientId: 'tenant',
  bootstrapBrokers: [...clientListeners],
  tls: { ca: caPem },
  sasl: { mechanism: 'SCRAM-SHA-512' as const, username: user, password },
})

/** Writes one record with acks=all, idempotently; rejects with Kafka's refusal. */
export async function sendAs(access: ScramAccess, topic: string, value: string): Promise<void> {
  const producer = new Producer({ ...connect(access), serializers: stringSerializers, idempotent: true, acks: -1 })
  try {
    await producer.send({ messages: [{ topic, value }] })
  } finally {
    await producer.close()
  }
}

/** A record nearly as large as Kafka takes one by default. */
const LARGE_BYTES = 1_000_000

/** Writes so many records of a megabyte each to one partition, as a user would. */
export async function fillAs(access: ScramAccess, topic: string, partition: number, records: number): Promise<void> {
  const producer = new Producer({ ...connect(access), serializers: stringSerializers, idempotent: true, acks: -1 })
  const value = 'x'.repeat(LARGE_BYTES)
  try {
    for (let sent = 0; sent < records; sent++) await producer.send({ messages: [{ topic, partition, value }] })
  } finally {
    await producer.close()
  }
}

/** Reads the first records of a topic as a member of a fresh group; rejects with Kafka's refusal. */
export async function readAs(
  access: ScramAccess,
  topic: string,
  count: number,
  groupPrefix = 'tenant.',
): Promise<readonly SeenRecord[]> {
  const groupId = `${groupPrefix}${randomUUID()}`
  const consumer = new Consumer({ ...connect(access), groupId, deserializers: stringDeserializers })
  try {
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
    const records: SeenRecord[] = []
    for await (const { partition, value } of stream) {
      records.push({ partition, value })
      if (records.length >= count) break
    }
    return records
  } finally {
    await consumer.close(true)
  }
}

/** Makes a topic whose partitions stand where the user says: the brokers of each, the preferred leader first. */
export async function createTopicAs(
  access: ScramAccess,
  name: string,
  assignment: readonly (readonly number[])[],
): Promise<void> {
  const assignments = assignment.map((brokers, partition) => ({ partition, brokers: [...brokers] }))
  const admin = new Admin(connect(access))
  try {
    await admin.createTopics({ topics: [name], assignments })
  } finally {
    await admin.close()
  }
}

/** The names of the topics that the user may see. */
export async function topicsSeenBy(access: ScramAccess): Promise<readonly string[]> {
  const admin = new Admin(connect(access))
  try {
    return await admin.listTopics()
  } finally {
    await admin.close()
  }
}

/** The names of Kafka's refusals in what a call threw, or `done`. */
export function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => refusals(error).join(' ') || String(error),
  )
}

function refusals(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error)) return []
  const own = 'apiId' in thrown ? [String(thrown.apiId)] : []
  const inner: readonly unknown[] = [thrown.cause, ...(thrown instanceof AggregateError ? thrown.errors : [])]
  return [...own, ...inner.flatMap(refusals)]
}
