import { initProducerIdV4 } from '@platformatic/kafka'
import { createTopics, metadata } from '../../../functions/adapters/kafka/api-versions.ts'
import { LogFailure, type PartitionLog, type StreamCluster, type StreamTopic } from '../partition-log.ts'
import { connectWith, DEFAULT_REQUEST_TIMEOUT_SECONDS, type StreamAccess } from './connection.ts'
import { metadataFailure, toLogFailure } from './failure.ts'
import { kafkaPartition } from './kafka-partition.ts'
import { leadersOf } from './leaders.ts'

/** A broker that does not say at once who leads what is passed over, or one that hangs would hold up all partitions. */
const ASK_SECONDS = 5

/** Time for the controller to make topics, within the time for the request. */
const CREATE_MILLISECONDS = 4000

/** A real cluster, as a tenant's client reaches it. */
export function kafkaStreamCluster(access: StreamAccess): StreamCluster {
  const connect = connectWith(access)
  const leaders = leadersOf(connectWith({ ...access, requestTimeoutSeconds: ASK_SECONDS }), access.bootstrapServers)
  const logs = new Set<PartitionLog>()
  const { requestTimeoutSeconds = DEFAULT_REQUEST_TIMEOUT_SECONDS } = access

  const known = async (names: readonly string[]) => {
    const answer = await leaders.ask((connection) => metadata.async(connection, [...names], false, false))
    return names.map((name) => {
      const topic = answer.topics.find((each) => each.name === name)
      const failure = metadataFailure(topic?.errorCode ?? 0)
      if (failure?.effect === 'gone' || topic === undefined) return { name, topic: undefined }
      if (failure !== undefined) throw failure
      const replicas = topic.partitions.map(({ replicaNodes }) => replicaNodes.length)
      return { name, topic: { name, partitions: topic.partitions.length, replicationFactor: Math.min(...replicas) } }
    })
  }

  return {
    async topics(names, { partitions, replicationFactor }) {
      const missing = (await known(names)).filter(({ topic }) => topic === undefined)
      const order = missing.map(({ name }) => ({
        ...{ name, replicationFactor, numPartitions: partitions },
        ...{ assignments: [], configs: [] },
      }))
      if (order.length > 0) {
        await leaders
          .ask((connection) => createTopics.async(connection, order, CREATE_MILLISECONDS, false))
          .catch((error: unknown) => {
            const failure = toLogFailure(error)
            if (failure.kind !== 'TOPIC_ALREADY_EXISTS') throw failure
          })
      }
      return (await known(names)).map(({ name, topic }): StreamTopic => {
        if (topic === undefined) throw new LogFailure(`UNKNOWN_TOPIC_OR_PARTITION: ${name}`, 'gone')
        return topic
      })
    },
    async producerIdentity() {
      const { producerId, producerEpoch } = await leaders.ask((connection) =>
        initProducerIdV4.api.async(connection, null, 0),
      )
      return { producerId, epoch: producerEpoch }
    },
    partitionLog(topic, partition) {
      const log = kafkaPartition({ topic, partition, leaders, connect, requestTimeoutSeconds })
      logs.add(log)
      return log
    },
    close() {
      for (const log of logs) log.close()
      leaders.close()
    },
  }
}
