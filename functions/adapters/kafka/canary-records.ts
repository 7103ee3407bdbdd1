import { type Connection, FetchIsolationLevels, ProduceAcks } from '@platformatic/kafka'
import { fetchRecords, produce } from './api-versions.ts'

/** How long a broker may wait for the other replicas before it answers a write. */
const ACKNOWLEDGE_MILLISECONDS = 5000

/** How long a broker may wait for a record that is not there; it is there, so this is only a limit. */
const FETCH_WAIT_MILLISECONDS = 500
const FETCH_ATTEMPTS = 4
const FETCH_MAX_BYTES = 1_048_576

/** A partition to write to and the unique value to write. */
export interface CanaryRecord {
  readonly partition: number
  readonly value: string
}

/** A topic by both its names. */
export interface CanaryTopic {
  readonly name: string
  readonly id: string
}

/** Writes the records with acks=all to partitions that the broker of this connection leads; gives their offsets. */
export async function writeRecords(
  connection: Connection,
  topic: CanaryTopic,
  records: readonly CanaryRecord[],
): Promise<ReadonlyMap<number, bigint>> {
  const messages = records.map(({ partition, value }) => ({ topic: topic.name, partition, value: Buffer.from(value) }))
  const answer = await produce.async(connection, ProduceAcks.ALL, ACKNOWLEDGE_MILLISECONDS, messages)
  const partitions = typeof answer === 'boolean' ? [] : answer.responses.flatMap((each) => each.partitionResponses)
  return new Map(partitions.map(({ index, baseOffset }) => [index, baseOffset]))
}

/** Reads from the offsets on and gives the records that were found with the value that was written there. */
export async function readRecords(
  connection: Connection,
  topic: CanaryTopic,
  records: readonly CanaryRecord[],
  offsets: ReadonlyMap<number, bigint>,
): Promise<readonly CanaryRecord[]> {
  const found = new Set<CanaryRecord>()
  for (let attempt = 0; attempt < FETCH_ATTEMPTS && found.size < records.length; attempt++) {
    const missing = records.filter((record) => !found.has(record) && offsets.has(record.partition))
    const values = await fetchValues(connection, topic, missing, offsets)
    for (const record of missing) if (values.get(record.partition)?.has(record.value)) found.add(record)
  }
  return [...found]
}

async function fetchValues(
  connection: Connection,
  topic: CanaryTopic,
  records: readonly CanaryRecord[],
  offsets: ReadonlyMap<number, bigint>,
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const partitions = records.map(({ partition }) => ({
    partition,
    fetchOffset: offsets.get(partition) ?? 0n,
    // -1: the epoch is not known and need not be checked.
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: FETCH_MAX_BYTES,
  }))
  const answer = await fetchRecords.async(
    connection,
    FETCH_WAIT_MILLISECONDS,
    1,
    FETCH_MAX_BYTES,
    FetchIsolationLevels.READ_UNCOMMITTED,
    // No fetch session: session 0, final epoch.
    0,
    -1,
    [{ topicId: topic.id, partitions }],
    [],
    '',
  )
  return new Map(
    answer.responses
      .flatMap((each) => each.partitions)
      .map(({ partitionIndex, records: batches }) => [
        partitionIndex,
        new Set((batches ?? []).flatMap((batch) => batch.records.map(({ value }) => value?.toString() ?? ''))),
      ]),
  )
}
