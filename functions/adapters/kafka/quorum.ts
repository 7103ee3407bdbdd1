import type { Connection, describeQuorumV2 } from '@platformatic/kafka'
import type { KafkaTarget, QuorumView } from '../../../shared/ports/kafka.ts'
import { describeQuorum } from './api-versions.ts'
import { type Entrance, unavailable, withConnection } from './connections.ts'
import { refusalsIn, unexpected } from './failures.ts'

type QuorumPartition = describeQuorumV2.DescribeQuorumResponsePartition

/** A voter that has been behind its leader for longer than this would be fetched without: `controller.quorum.fetch.timeout.ms`. */
const CAUGHT_UP_MILLISECONDS = 2000n

/** What a controller answers that does not lead, and one that does not know yet whether it does. */
const NOT_LEADING = new Set(['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'NOT_CONTROLLER'])

/**
 * Asks every controller at once, because only the leader answers. Of two that believe to lead (one was cut off and has not
 * noticed), the one of the later epoch is right. No leader is an answer; no controller is KAFKA_UNAVAILABLE.
 */
export async function quorumView(target: KafkaTarget, entrance: Entrance): Promise<QuorumView> {
  const answers = await Promise.allSettled(
    target.controllers.map((address) =>
      withConnection(address, entrance, (connection) => askController(connection, target.kafkaVersion)),
    ),
  )
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  if (failures.length === answers.length) throw unavailable(failures)
  const [leading] = answers
    .flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== undefined ? [answer.value] : []))
    .toSorted((one, other) => other.leaderEpoch - one.leaderEpoch)
  return leading === undefined ? { leaderId: -1, voters: [] } : toView(leading)
}

/** The quorum as this controller leads it; undefined when it does not. */
async function askController(connection: Connection, kafkaVersion: string): Promise<QuorumPartition | undefined> {
  try {
    const topic = { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }
    const answer = await describeQuorum(kafkaVersion).async(connection, [topic])
    return answer.topics[0]?.partitions[0]
  } catch (error) {
    if (refusalsIn(error).some(({ name }) => NOT_LEADING.has(name))) return undefined
    throw unexpected('DescribeQuorum', error)
  }
}

function toView({ leaderId, highWatermark, currentVoters }: QuorumPartition): QuorumView {
  const leaderTime = currentVoters.find(({ replicaId }) => replicaId === leaderId)?.lastCaughtUpTimestamp ?? -1n
  return {
    leaderId,
    voters: currentVoters.map(({ replicaId, logEndOffset, lastCaughtUpTimestamp }) => ({
      nodeId: replicaId,
      // -1 means that the leader has not heard from it yet.
      caughtUp: lastCaughtUpTimestamp >= 0n && leaderTime - lastCaughtUpTimestamp < CAUGHT_UP_MILLISECONDS,
      // A new leader does not know how much was committed (-1) before a majority has followed it.
      hasCommitted: highWatermark >= 0n && logEndOffset >= highWatermark,
    })),
  }
}
