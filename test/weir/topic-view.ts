import { metadata } from '../../functions/adapters/kafka/api-versions.ts'
import { connectWith, hangUp, type StreamAccess } from '../../local/check-stream/kafka/connection.ts'

/** A partition as a tenant's client is told of it. */
export interface SeenPartition {
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}

/** What one broker tells a tenant's client: who else there is, with their racks, and where a topic is. */
export interface SeenTopic {
  readonly brokers: readonly { readonly nodeId: number; readonly rack: string | undefined }[]
  readonly partitions: readonly SeenPartition[]
}

/** Asks the broker at this address, as a tenant's client does. */
export async function topicView(access: StreamAccess, address: string, topic: string): Promise<SeenTopic> {
  const connection = await connectWith(access)(address)
  try {
    const { brokers, topics } = await metadata.async(connection, [topic], false, false)
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? []
    return {
      brokers: brokers.map(({ nodeId, rack }) => ({ nodeId, rack: rack ?? undefined })),
      partitions: partitions.map(({ leaderId, replicaNodes, isrNodes }) => ({
        leader: leaderId,
        replicas: replicaNodes,
        isr: isrNodes,
      })),
    }
  } finally {
    hangUp(connection)
  }
}
