import {
  alterPartitionReassignmentsV0,
  alterPartitionReassignmentsV1,
  type Connection,
  listPartitionReassignmentsV0,
} from '@platformatic/kafka'
import type { MoveView, PartitionName, PartitionRefusal, WantedReplicas } from '../../../shared/ports/kafka-moves.ts'
import { describe, isPassing, refusalOf, unexpected } from './failures.ts'
import { electLeaders } from './protocol/elect-leaders.ts'
import { withRefusals } from './whole-answer.ts'

/** The controller answers within milliseconds; the time is for one that has just changed. */
const CONTROLLER_MILLISECONDS = 8000

const alterV0 = withRefusals(alterPartitionReassignmentsV0)
const alterV1 = withRefusals(alterPartitionReassignmentsV1)

/** Version 1 can keep the number of replicas as it is; releases before 4.1 do not know it. */
function alterReassignments(kafkaVersion: string) {
  const [major = 0, minor = 0] = kafkaVersion.split('.').map(Number)
  return major > 4 || (major === 4 && minor >= 1) ? alterV1 : alterV0
}

/** The partitions that are being moved between brokers now. */
export async function readReassignments(connection: Connection): Promise<readonly MoveView[]> {
  try {
    const { topics } = await listPartitionReassignmentsV0.api.async(connection, CONTROLLER_MILLISECONDS, null)
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        topic: name,
        partition: partitionIndex,
        replicas,
        adding: addingReplicas,
        removing: removingReplicas,
      })),
    )
  } catch (error) {
    throw isPassing(error) ? error : unexpected('ListPartitionReassignments', error)
  }
}

/** Begins moves, each on its own. */
export async function moveReplicas(
  connection: Connection,
  kafkaVersion: string,
  moves: readonly WantedReplicas[],
): Promise<readonly PartitionRefusal[]> {
  return alter(connection, kafkaVersion, moves)
}

/** What Kafka says where there is nothing to cancel. */
const NOTHING_THERE: ReadonlySet<string> = new Set(['NO_REASSIGNMENT_IN_PROGRESS', 'UNKNOWN_TOPIC_OR_PARTITION'])

/** Brings the old replicas back. */
export async function cancelMoves(
  connection: Connection,
  kafkaVersion: string,
  partitions: readonly PartitionName[],
): Promise<readonly PartitionRefusal[]> {
  const cancelled = partitions.map(({ topic, partition }) => ({ topic, partition, replicas: null }))
  const refusals = await alter(connection, kafkaVersion, cancelled)
  return refusals.filter(({ code }) => !NOTHING_THERE.has(code))
}

interface Alteration extends PartitionName {
  readonly replicas: readonly number[] | null
}

async function alter(
  connection: Connection,
  kafkaVersion: string,
  alterations: readonly Alteration[],
): Promise<readonly PartitionRefusal[]> {
  if (alterations.length === 0) return []
  const topics = [...Map.groupBy(alterations, ({ topic }) => topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, replicas }) => ({
      partitionIndex: partition,
      replicas: replicas && [...replicas],
    })),
  }))
  try {
    const answer = await alterReassignments(kafkaVersion).async(connection, CONTROLLER_MILLISECONDS, false, topics)
    return refused(
      answer.responses.map(({ name, partitions }) => ({
        topic: name,
        partitions: partitions.map(({ partitionIndex, ...each }) => ({ partition: partitionIndex, ...each })),
      })),
    )
  } catch (error) {
    throw isPassing(error) ? error : unexpected('AlterPartitionReassignments', error)
  }
}

/** What Kafka says where the first replica leads already. */
const LEADS_ALREADY = 'ELECTION_NOT_NEEDED'

/** Makes the first replicas the leaders. */
export async function electPreferredLeaders(
  connection: Connection,
  partitions: readonly PartitionName[],
): Promise<readonly PartitionRefusal[]> {
  if (partitions.length === 0) return []
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition }) => partition),
  }))
  try {
    const { results } = await electLeaders.async(connection, topics, CONTROLLER_MILLISECONDS)
    return refused(results).filter(({ code }) => code !== LEADS_ALREADY)
  } catch (error) {
    throw isPassing(error) ? error : unexpected('ElectLeaders', error)
  }
}

interface Judged {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly errorCode: number
    readonly errorMessage?: string | null | undefined
  }[]
}

function refused(topics: readonly Judged[]): readonly PartitionRefusal[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.flatMap(({ partition, errorCode, errorMessage }) => {
      const refusal = refusalOf(errorCode)
      if (refusal === undefined) return []
      return [{ topic, partition, code: refusal.name, detail: errorMessage ?? describe(refusal) }]
    }),
  )
}
