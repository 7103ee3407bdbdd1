import type { Connection } from '@platformatic/kafka'
import type { BrokerView, TopicView } from '../../../shared/ports/kafka.ts'
import { metadata } from './api-versions.ts'

/** The cluster id that a broker reports, and the brokers it knows to be unfenced. */
export async function readBrokers(
  connection: Connection,
): Promise<{ readonly kafkaClusterUuid: string; readonly brokers: readonly BrokerView[] }> {
  // An empty list means no topics; null would mean all of them.
  const { clusterId, brokers } = await metadata.async(connection, [], false, false)
  return {
    kafkaClusterUuid: clusterId ?? '',
    brokers: brokers
      .map(({ nodeId, host, rack }) => ({ nodeId, host, rack: rack ?? undefined }))
      .toSorted((one, other) => one.nodeId - other.nodeId),
  }
}

/** All topics, internal ones too, by name; a partition without a leader has leader -1. */
export async function readTopics(connection: Connection): Promise<readonly TopicView[]> {
  const { topics } = await metadata.async(connection, null, false, false)
  return topics
    .map(({ name, isInternal, partitions }) => ({
      name: name ?? '',
      internal: isInternal,
      partitions: partitions
        .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
          partition: partitionIndex,
          leader: leaderId,
          replicas: replicaNodes,
          isr: isrNodes,
        }))
        .toSorted((one, other) => one.partition - other.partition),
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Tells whether the broker behind this connection knows the topic. */
export async function knowsTopic(connection: Connection, name: string): Promise<boolean> {
  const { topics } = await metadata.async(connection, [name], false, false)
  return topics.some((topic) => topic.name === name && topic.errorCode === 0)
}
