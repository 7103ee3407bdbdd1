import { Producer, stringSerializers } from '@platformatic/kafka'
import type { Credentials } from '../../shared/ports/certificates.ts'
import type { Kafka, KafkaTarget } from '../../shared/ports/kafka.ts'

/** A record as large as Kafka takes one by default, nearly. */
const RECORD_BYTES = 1_000_000

const TOPICS = 8
const PARTITIONS = 3

/** Of the smallest partition, in records; the others have twice, three times … up to eight times as many, also within a topic. */
const RECORDS = 4
const SIZES = 8
const recordsOf = (topic: number, partition: number) => RECORDS * (1 + ((topic * 3 + partition * 5) % SIZES))

/** The names of the skewed topics. */
export const SKEWED_TOPICS = Array.from({ length: TOPICS }, (_, index) => `skewed-${index + 1}`)

/**
 * Fills a cluster as if one of its three brokers was new: every partition has its two replicas on the first two, and their
 * sizes go from 4 to 32 MB.
 */
export async function fillSkewed(kafka: Kafka, target: KafkaTarget, credentials: Credentials): Promise<void> {
  const { keyPem, certificatePem, caPem } = credentials
  const producer = new Producer({
    clientId: 'weir-bench',
    bootstrapBrokers: [...target.brokers],
    tls: { key: keyPem, cert: certificatePem, ca: caPem },
    serializers: stringSerializers,
    acks: -1,
  })
  const value = 'x'.repeat(RECORD_BYTES)
  try {
    for (const [index, topic] of SKEWED_TOPICS.entries()) {
      await kafka.createTopic(target, {
        name: topic,
        partitions: PARTITIONS,
        replicationFactor: 2,
        config: { 'min.insync.replicas': '1' },
        assignment: Array.from({ length: PARTITIONS }, (_, partition) =>
          (index + partition) % 2 === 0 ? [1, 2] : [2, 1],
        ),
      })
      for (let partition = 0; partition < PARTITIONS; partition++)
        for (let sent = 0; sent < recordsOf(index, partition); sent++)
          await producer.send({ messages: [{ topic, partition, value }] })
    }
  } finally {
    await producer.close(true)
  }
}
