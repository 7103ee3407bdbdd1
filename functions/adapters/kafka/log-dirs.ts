import { describeLogDirsV4 } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import type { KafkaTarget, LogDirView } from '../../../shared/ports/kafka.ts'
import { type Entrance, type FailoverParts, firstAnswer, unavailable, withConnection } from './connections.ts'
import { isPassing, unexpected } from './failures.ts'
import { readBrokers } from './metadata.ts'

/**
 * Asks a broker for its own log directories: where it is, any broker knows, and only while it is registered and unfenced.
 * Version 4 is spoken by every release from 3.3 on and is the first to tell the sizes of the file system.
 */
export async function readLogDirs(
  parts: FailoverParts,
  target: KafkaTarget,
  nodeId: number,
  entrance: Entrance,
): Promise<readonly LogDirView[]> {
  const { brokers } = await firstAnswer(parts, target, target.brokers, entrance, readBrokers)
  const broker = brokers.find((seen) => seen.nodeId === nodeId)
  if (!broker) throw new DomainError('KAFKA_UNAVAILABLE', `Broker ${nodeId} is not registered at the moment.`)
  try {
    // A directory that is offline makes the whole answer a refusal (KAFKA_STORAGE_ERROR), which may pass.
    return await withConnection(`${broker.host}:${listenerPorts.REPLICATION}`, entrance, async (connection) => {
      // No topics: the directories alone, without the sizes of their partitions.
      const { results } = await describeLogDirsV4.api.async(connection, [])
      return results.map(({ logDir, totalBytes, usableBytes }) => ({
        path: logDir,
        totalBytes: Number(totalBytes),
        usableBytes: Number(usableBytes),
      }))
    })
  } catch (error) {
    throw isPassing(error) ? unavailable([error]) : unexpected('DescribeLogDirs', error)
  }
}
