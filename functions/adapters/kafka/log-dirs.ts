import { type Connection, describeLogDirsV4 } from '@platformatic/kafka'
import type { KafkaTarget, LogDirView } from '../../../shared/ports/kafka.ts'
import type { ReplicaSize } from '../../../shared/ports/kafka-moves.ts'
import { onItself } from './cluster-config.ts'
import type { Entrance, FailoverParts } from './connections.ts'
import { isPassing, unexpected } from './failures.ts'

/** The directories alone, without what is in them. */
const NO_TOPICS: [] = []

/** Asks a broker for its own log directories. */
export async function readLogDirs(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  entrance: Entrance,
): Promise<readonly LogDirView[]> {
  const directories = await onItself(parts, target, nodeId, entrance, (connection) => describe(connection, NO_TOPICS))
  return directories.map(({ logDir, totalBytes, usableBytes }) => ({
    path: logDir,
    totalBytes: Number(totalBytes),
    usableBytes: Number(usableBytes),
  }))
}

/** Asks a broker for every replica that lies in one of its directories. */
export async function readReplicaSizes(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  entrance: Entrance,
): Promise<readonly ReplicaSize[]> {
  const directories = await onItself(parts, target, nodeId, entrance, (connection) => describe(connection, null))
  return directories.flatMap(({ topics }) =>
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, partitionSize, isFutureKey }) => ({
        topic: name,
        partition: partitionIndex,
        bytes: Number(partitionSize),
        isFuture: isFutureKey,
      })),
    ),
  )
}

/**
 * Version 4 is spoken by every release from 3.3 on and is the first to tell the sizes of the file system. A directory that
 * is offline makes the whole answer a refusal (KAFKA_STORAGE_ERROR), which may pass.
 */
async function describe(connection: Connection, topics: [] | null) {
  try {
    return (await describeLogDirsV4.api.async(connection, topics)).results
  } catch (error) {
    throw isPassing(error) ? error : unexpected('DescribeLogDirs', error)
  }
}
