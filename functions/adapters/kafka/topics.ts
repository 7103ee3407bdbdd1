import type { Connection } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { NewTopic } from '../../../shared/ports/kafka.ts'
import { createTopics, deleteTopics } from './api-versions.ts'
import { unavailable } from './connections.ts'
import { isNoAnswer, type Refusal, refusalsIn, unexpected } from './failures.ts'
import { knowsTopic } from './metadata.ts'

/** How long the controller may take; less than the request itself, so that its own answer comes first. */
const CONTROLLER_MILLISECONDS = 8000

/** A broker learns of a change within milliseconds; after two seconds the caller is answered all the same. */
const VISIBLE_MILLISECONDS = 2000
const VISIBLE_POLL_MILLISECONDS = 25

/** Refusals that the caller of the API can mend, and the field at fault. */
const MENDABLE: Readonly<Record<string, string>> = {
  INVALID_TOPIC_EXCEPTION: '/name',
  INVALID_PARTITIONS: '/partitions',
  INVALID_REPLICATION_FACTOR: '/replicationFactor',
  INVALID_REPLICA_ASSIGNMENT: '/assignment',
  INVALID_CONFIG: '/config',
  POLICY_VIOLATION: '/config',
}

/** Creates a topic and waits until the broker that was asked shows it. */
export async function createTopic(connection: Connection, clock: Clock, topic: NewTopic): Promise<void> {
  try {
    await createTopics.async(connection, [toRequest(topic)], CONTROLLER_MILLISECONDS, false)
  } catch (error) {
    // Whether it was created is not known; asking another broker could answer "exists" to the one who made it.
    if (isNoAnswer(error)) throw unavailable([error])
    throw refused(topic.name, error)
  }
  await untilVisible(connection, clock, topic.name, true)
}

/** Deletes a topic and waits until the broker that was asked no longer shows it. */
export async function deleteTopic(connection: Connection, clock: Clock, name: string): Promise<void> {
  try {
    await deleteTopics.async(connection, [{ name }], CONTROLLER_MILLISECONDS)
  } catch (error) {
    if (refusalsIn(error).some((refusal) => refusal.name === 'UNKNOWN_TOPIC_OR_PARTITION')) return
    throw refused(name, error)
  }
  await untilVisible(connection, clock, name, false)
}

function toRequest(topic: NewTopic): Parameters<(typeof createTopics)['async']>[1][number] {
  const { name, partitions, replicationFactor, config, assignment } = topic
  return {
    name,
    // Kafka takes either counts or an assignment.
    numPartitions: assignment === undefined ? partitions : -1,
    replicationFactor: assignment === undefined ? replicationFactor : -1,
    assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds: [...brokerIds] })),
    configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
  }
}

function refused(topic: string, error: unknown): unknown {
  const refusals = refusalsIn(error)
  if (refusals.some(({ name }) => name === 'TOPIC_ALREADY_EXISTS')) {
    return new DomainError('TOPIC_EXISTS', `Topic ${topic} exists.`, { cause: error })
  }
  const mendable = refusals.find(({ name }) => MENDABLE[name] !== undefined)
  if (mendable !== undefined) return invalidField(mendable, error)
  // Passing refusals stay as they are: another broker is asked.
  return refusals.every(({ passing }) => passing) ? error : unexpected('the topic', error)
}

function invalidField({ name, words }: Refusal, cause: unknown): DomainError {
  const detail = words ?? `Kafka answers ${name}.`
  return new DomainError('INVALID_FIELD', detail, {
    violations: [{ pointer: MENDABLE[name] ?? '', rule: name.toLowerCase(), detail }],
    cause,
  })
}

async function untilVisible(connection: Connection, clock: Clock, name: string, wanted: boolean): Promise<void> {
  const startedAt = clock.now()
  while ((await knowsTopic(connection, name).catch(() => wanted)) !== wanted) {
    if (clock.now() - startedAt > VISIBLE_MILLISECONDS) return
    await clock.sleep(VISIBLE_POLL_MILLISECONDS)
  }
}
