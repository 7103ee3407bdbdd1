import {
  type Batch,
  LogFailure,
  type Page,
  type PartitionLog,
  type Position,
  type StreamCluster,
} from '../../../local/check-stream/partition-log.ts'
import type { Clock } from '../../../shared/ports/clock.ts'

/** What befalls one call. The first four are the everyday life of a client; the others are faults of a broken cluster. */
export type Fate =
  | 'answered'
  | 'requestLost'
  | 'answerLost'
  | 'notLeader'
  | 'sequenceRefusedByStaleLeader'
  | 'swallowed'
  | 'storedTwice'
  | 'storedLate'
  | 'storedDamaged'

/** One partition as its only true leader has it. */
export interface SimulatedPartition {
  topicId: string
  first: number
  /** By offset; `first` says from where on they can be read. */
  values: Buffer[]
  /** The last sequence of each producer and epoch. */
  readonly sequences: Map<bigint, { epoch: number; last: number }>
  /** How many of the last records readers are not shown yet. */
  hidden: number
  /** Set when there is no such topic, or nobody to answer. */
  down: LogFailure | undefined
  readonly late: Buffer[]
  /** How each batch was treated when it came for the first time. */
  readonly treated: Fate[]
}

/** A cluster in memory, which keeps producers' sequences as Kafka does, and which can be told to fail or to lie. */
export interface SimulatedCluster extends StreamCluster {
  readonly partitions: readonly SimulatedPartition[]
}

/** How long a call takes, and how long a reader waits for records. */
const CALL_MILLISECONDS = 3
const READ_WAIT_MILLISECONDS = 500

/** One topic with so many partitions; `fate` is asked at each call what becomes of it. */
export function simulatedCluster(
  clock: Clock,
  count: number,
  fate: (call: 'append' | 'read', partition: number) => Fate = () => 'answered',
): SimulatedCluster {
  const partitions = Array.from(
    { length: count },
    (_, index): SimulatedPartition => ({
      ...{
        topicId: `topic-${index}`,
        first: 0,
        values: [],
        sequences: new Map(),
        hidden: 0,
        down: undefined,
        late: [],
        treated: [],
      },
    }),
  )
  let producers = 0n
  return {
    partitions,
    topics: async ([name = '']) => [{ name, partitions: count, replicationFactor: 3 }],
    producerIdentity: async () => ({ producerId: producers++, epoch: 0 }),
    partitionLog(_, index) {
      const partition = partitions[index]
      if (partition === undefined) throw new Error(`there is no partition ${index}`)
      return logOf(partition, clock, (call) => fate(call, index))
    },
    close: () => {},
  }
}

function logOf(partition: SimulatedPartition, clock: Clock, fate: (call: 'append' | 'read') => Fate): PartitionLog {
  let closed = false
  const call = async <T>(how: Fate, answer: () => T | Promise<T>): Promise<T> => {
    await clock.sleep(CALL_MILLISECONDS)
    if (closed || how === 'requestLost') throw new LogFailure('ECONNRESET', 'retry')
    if (how === 'notLeader') throw new LogFailure('NOT_LEADER_OR_FOLLOWER', 'retry')
    if (partition.down !== undefined) throw partition.down
    const value = await answer()
    if (how === 'answerLost') throw new LogFailure('TIMED_OUT', 'retry')
    return value
  }
  const end = (): number => Math.max(partition.first, partition.values.length - partition.hidden)
  const at = (offset: number): Position => ({ topicId: partition.topicId, offset: BigInt(offset) })
  return {
    append(batch) {
      const how = fate('append')
      return call(how, () => append(partition, batch, how))
    },
    read: (position) =>
      call(fate('read'), async (): Promise<Page> => {
        const offset = Number(position.offset)
        if (position.topicId !== partition.topicId || offset < partition.first || offset > partition.values.length) {
          const next = position.topicId === partition.topicId && offset > end() ? end() : partition.first
          return { values: [], next: at(next), end: BigInt(end()), moved: 'moved' }
        }
        if (offset >= end()) await clock.sleep(READ_WAIT_MILLISECONDS)
        if (position.topicId !== partition.topicId) throw new LogFailure('UNKNOWN_TOPIC_ID', 'retry')
        const values = partition.values.slice(offset, end())
        return { values, next: at(offset + values.length), end: BigInt(end()), moved: undefined }
      }),
    bounds: () => call('answered', () => ({ first: at(partition.first), end: at(end()) })),
    close() {
      closed = true
    },
  }
}

function append(partition: SimulatedPartition, { identity, sequence, records }: Batch, how: Fate): void {
  if (how === 'sequenceRefusedByStaleLeader') throw new LogFailure('OUT_OF_ORDER_SEQUENCE_NUMBER', 'sequenceRefused')
  const known = partition.sequences.get(identity.producerId)
  const last = sequence + records.length - 1
  if (known?.epoch === identity.epoch && known.last === last) return
  const expected = known === undefined ? sequence : known.epoch === identity.epoch ? known.last + 1 : 0
  const fenced = known !== undefined && identity.epoch < known.epoch
  if (fenced || sequence !== expected) throw new LogFailure('OUT_OF_ORDER_SEQUENCE_NUMBER', 'sequenceRefused')
  partition.sequences.set(identity.producerId, { epoch: identity.epoch, last })
  partition.treated.push(how)
  const values = records.map(({ value }) => value)
  if (how === 'storedLate') {
    partition.late.push(...values)
    return
  }
  if (how !== 'swallowed')
    partition.values.push(...values.map((value) => (how === 'storedDamaged' ? broken(value) : value)))
  if (how === 'storedTwice') partition.values.push(...values)
  partition.values.push(...partition.late.splice(0))
}

/** Differs in its last byte. */
function broken(value: Buffer): Buffer {
  const copy = Buffer.from(value)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}
