import { type Connection, FetchIsolationLevels, listOffsetsV7, NumericMap, ProduceAcks } from '@platformatic/kafka'
import { fetchRecords, produce } from '../../../functions/adapters/kafka/api-versions.ts'
import { LogFailure, type Page, type PartitionLog, type Position } from '../partition-log.ts'
import { type Connect, hangUp } from './connection.ts'
import { toLogFailure } from './failure.ts'
import type { Leader, Leaders } from './leaders.ts'
import { valuesFrom } from './values.ts'

/** How long a broker may wait for a record that is not there yet. */
const FETCH_WAIT_MILLISECONDS = 500
const FETCH_BYTES = 1_048_576

/** What ListOffsets takes for a time. */
const EARLIEST = -2n
const LATEST = -1n

/** The answer to a batch that came too long ago for the broker to know its offset. */
const DUPLICATE = 'DUPLICATE_SEQUENCE_NUMBER'

/** Which partition, and how its leader is found and reached. */
export interface KafkaPartitionParts {
  readonly topic: string
  readonly partition: number
  readonly leaders: Leaders
  readonly connect: Connect
  readonly requestTimeoutSeconds: number
}

/** A partition of a real cluster, over a connection of its own to whoever leads it. */
export function kafkaPartition({ topic, partition, leaders, connect, ...parts }: KafkaPartitionParts): PartitionLog {
  let link: { readonly address: string; readonly connection: Connection } | undefined
  let closed = false

  const drop = (): void => {
    if (link !== undefined) hangUp(link.connection)
    link = undefined
  }

  const connectionTo = async (address: string): Promise<Connection> => {
    if (link !== undefined && link.address === address && link.connection.isConnected()) return link.connection
    drop()
    const connection = await connect(address)
    if (closed) {
      hangUp(connection)
      throw new LogFailure('CONNECTION_CLOSED', 'retry')
    }
    link = { address, connection }
    return connection
  }

  const onLeader = async <T>(call: (connection: Connection, leader: Leader) => Promise<T>): Promise<T> => {
    if (closed) throw new LogFailure('CONNECTION_CLOSED', 'retry')
    let leader: Leader | undefined
    try {
      leader = await leaders.leaderOf(topic, partition)
      return await call(await connectionTo(leader.address), leader)
    } catch (error) {
      const failure = toLogFailure(error)
      if (leader !== undefined) leaders.forget(topic, partition, leader)
      if (link?.connection.isConnected() === false) drop()
      throw failure
    }
  }

  const offsetAt = async (connection: Connection, timestamp: bigint): Promise<bigint> => {
    const wanted = [{ name: topic, partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }] }]
    const isolation = FetchIsolationLevels.READ_UNCOMMITTED
    const answer = await listOffsetsV7.api.async(connection, -1, isolation, wanted)
    const offset = answer.topics[0]?.partitions[0]?.offset
    if (offset === undefined) throw new LogFailure('UNEXPECTED: an answer without an offset', 'refused')
    return offset
  }

  const bounds = async (connection: Connection, { topicId }: Leader) => ({
    first: { topicId, offset: await offsetAt(connection, EARLIEST) },
    end: { topicId, offset: await offsetAt(connection, LATEST) },
  })

  /** Where to go on when the log does not have the position: nearest to it. */
  const moveTo = async (connection: Connection, leader: Leader, position: Position, why: string): Promise<Page> => {
    const { first, end } = await bounds(connection, leader)
    const gone = leader.topicId !== position.topicId || position.offset < first.offset
    const next = gone ? first : position.offset > end.offset ? end : position
    return { values: [], next, end: end.offset, moved: `${why} It is read on from offset ${next.offset}.` }
  }

  return {
    bounds: () => onLeader(bounds),
    append: ({ identity, sequence, timestamp, records }) =>
      onLeader(async (connection) => {
        const messages = records.map((record) => ({ topic, partition, timestamp, ...record }))
        const sequences = new NumericMap([[`${topic}:${partition}`, sequence]])
        const { producerId, epoch: producerEpoch } = identity
        const options = { producerId, producerEpoch, sequences }
        const patience = parts.requestTimeoutSeconds * 1000
        await produce.async(connection, ProduceAcks.ALL, patience, messages, options)
      }).catch((failure: LogFailure) => {
        // An earlier attempt arrived, and only its answer did not.
        if (failure.kind !== DUPLICATE) throw failure
      }),
    read: (position) =>
      onLeader(async (connection, leader) => {
        if (leader.topicId !== position.topicId) {
          return moveTo(connection, leader, position, 'The topic was deleted and made again.')
        }
        const fetched = await fetch(connection, partition, position).catch((error: unknown) => {
          if (toLogFailure(error).kind !== 'OFFSET_OUT_OF_RANGE') throw error
          return undefined
        })
        if (fetched !== undefined) return fetched
        return moveTo(connection, leader, position, `Offset ${position.offset} is not in the log.`)
      }),
    close() {
      closed = true
      drop()
    },
  }
}

async function fetch(connection: Connection, partition: number, position: Position): Promise<Page> {
  const wanted = {
    partition,
    fetchOffset: position.offset,
    // -1: the epoch is not known and need not be checked.
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: FETCH_BYTES,
  }
  const answer = await fetchRecords.async(
    connection,
    FETCH_WAIT_MILLISECONDS,
    1,
    FETCH_BYTES,
    FetchIsolationLevels.READ_UNCOMMITTED,
    // No fetch session: session 0, final epoch.
    0,
    -1,
    [{ topicId: position.topicId, partitions: [wanted] }],
    [],
    '',
  )
  const found = answer.responses[0]?.partitions[0]
  if (found === undefined) throw new LogFailure('UNEXPECTED: an answer without the partition', 'refused')
  const { values, next } = valuesFrom(found.records ?? [], position.offset)
  return { values, next: { ...position, offset: next }, end: found.highWatermark, moved: undefined }
}
