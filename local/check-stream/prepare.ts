import type { Clock } from '../../shared/ports/clock.ts'
import { LogFailure, type PartitionLog } from './partition-log.ts'
import type { StreamRun } from './plan.ts'
import type { PreparedPartition } from './run-partition.ts'
import { backOffMilliseconds } from './tally.ts'

/** How long a topic that was just made may take to have its leaders, and a cluster to answer. */
const START_MILLISECONDS = 30_000

/** Users and access rules reach each broker a moment after they were accepted; a refusal that stays is meant. */
const REFUSAL_MILLISECONDS = 8000

/** Makes sure of the topics, and finds out where each partition begins and ends before the first record is written. */
export async function prepare({ cluster, clock, plan }: StreamRun): Promise<readonly PreparedPartition[]> {
  const startedAt = clock.now()
  const topics = await eventually(clock, startedAt, () => cluster.topics(plan.topics, plan))
  const places = topics.flatMap(({ name, partitions }, topic) =>
    Array.from({ length: partitions }, (_, partition) => ({ topicName: name, topic, partition })),
  )
  return Promise.all(
    places.map(async (place, index) => {
      const log = cluster.partitionLog(place.topicName, place.partition)
      const bounds = await boundsOf(clock, startedAt, log)
      const identities = await Promise.all(
        Array.from({ length: plan.producers }, () => eventually(clock, startedAt, () => cluster.producerIdentity())),
      )
      return { ...place, ...bounds, identities, index, among: places.length }
    }),
  )
}

async function boundsOf(clock: Clock, startedAt: number, log: PartitionLog): ReturnType<PartitionLog['bounds']> {
  try {
    return await eventually(clock, startedAt, () => log.bounds())
  } finally {
    log.close()
  }
}

/** Tries again until it works; rejects with the last failure when that takes too long. */
async function eventually<T>(clock: Clock, startedAt: number, call: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof LogFailure)) throw error
      const patience = error.effect === 'refused' ? REFUSAL_MILLISECONDS : START_MILLISECONDS
      if (clock.now() - startedAt >= patience) throw error
      await clock.sleep(backOffMilliseconds(failures))
    }
  }
}
