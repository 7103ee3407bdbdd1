import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import type { ClientAccess } from '../../cli/connect/client-files.ts'
import { clientOptions } from './client-options.ts'

/** Where the messages go and how many there are. */
export interface MessageRun {
  readonly access: ClientAccess
  readonly topic: string
  readonly count: number
  /** Told now and then how many have come so far. */
  readonly onProgress: (done: number) => void
}

/** Messages per request, and requests that wait for their answer at the same time: enough to keep three brokers busy. */
const BATCH = 500
const IN_FLIGHT = 2

/** Without any message for so long the rest will not come either. */
const SILENCE_MILLISECONDS = 60_000

/** Writes the messages, numbered from 0, each acknowledged by all replicas in sync. Resolves when all are. */
export async function produceMessages({ access, topic, count, onProgress }: MessageRun): Promise<void> {
  const producer = new Producer({
    ...clientOptions(access),
    serializers: stringSerializers,
    acks: -1,
    idempotent: true,
  })
  let next = 0
  let acknowledged = 0
  const sendBatches = async () => {
    while (next < count) {
      const first = next
      next = Math.min(count, first + BATCH)
      const messages = Array.from({ length: next - first }, (_, index) => messageOf(topic, first + index))
      await producer.send({ messages })
      acknowledged += messages.length
      onProgress(acknowledged)
    }
  }
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendBatches))
  } finally {
    await producer.close(true)
  }
}

const messageOf = (topic: string, number: number) => ({
  topic,
  key: `key-${number}`,
  value: `message ${number} of the demo`,
})

/** Some message came twice, not at all, or from nowhere. */
export class MessagesDiffer extends Error {
  override readonly name = 'MessagesDiffer'
}

/** Reads the topic from its beginning to its end and fails unless every message is there exactly once. */
export async function consumeMessages({ access, topic, count, onProgress }: MessageRun): Promise<void> {
  const consumer = new Consumer({ ...clientOptions(access), groupId: 'weir-demo', deserializers: stringDeserializers })
  const times = new Uint32Array(count)
  let seen = 0
  try {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? []
    const inTopic = Number(ends.reduce((sum, end) => sum + end, 0n))
    if (inTopic !== count) throw new MessagesDiffer(`The topic holds ${inTopic} messages, not ${count}.`)
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
    const silence = setTimeout(
      () => stream.destroy(new MessagesDiffer(`After ${seen} of ${count} messages no more came.`)),
      SILENCE_MILLISECONDS,
    )
    try {
      for await (const { key, value } of stream) {
        silence.refresh()
        const number = Number(/^message (\d+) of the demo$/u.exec(value)?.[1])
        if (times[number] === undefined || key !== `key-${number}`) {
          throw new MessagesDiffer(`A message came that was never sent: ${key} ${value}`)
        }
        times[number]++
        seen++
        if (seen % BATCH === 0) onProgress(seen)
        if (seen === count) break
      }
    } finally {
      clearTimeout(silence)
    }
  } finally {
    await consumer.close(true)
  }
  const wrong = times.findIndex((n) => n !== 1)
  if (wrong >= 0) throw new MessagesDiffer(`Message ${wrong} came ${times[wrong]} times.`)
}
