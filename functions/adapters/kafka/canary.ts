import { randomUUID } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Connection } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import { metadata } from './api-versions.ts'
import { type CanaryRecord, type CanaryTopic, readRecords, writeRecords } from './canary-records.ts'
import { type Entrance, type FailoverParts, firstAnswer, withConnection } from './connections.ts'
import { describe, isAuthenticationFailure, isNoAnswer, refusalOf, refusalsIn } from './failures.ts'

/** Time for a fresh topic to get its leaders and for a loaded cluster to answer. */
const LIMIT_MILLISECONDS = 20_000

/** Users and access rules reach each broker a moment after they were accepted; a refusal that stays is meant. */
const PROPAGATION_MILLISECONDS = 8000
const PAUSE_MILLISECONDS = 200

/** What is still missing after an attempt: by partition and reason, and whether the client was turned away. */
interface Shortfall {
  readonly reasons: readonly string[]
  readonly turnedAway: boolean
  readonly cause: unknown
}

/** Who goes round, where and through which door. */
export interface CanaryInput {
  readonly target: KafkaTarget
  readonly user: string
  readonly password: string
  readonly caPem: string
  readonly topic: string
}

/** Writes a record of unique value to every partition through the tenants' listener and reads it back from where it went. */
export async function roundTrip(parts: FailoverParts & { readonly clock: Clock }, input: CanaryInput): Promise<void> {
  const { clock } = parts
  const startedAt = clock.now()
  const run = randomUUID()
  const done = new Set<number>()
  for (;;) {
    const left = LIMIT_MILLISECONDS - (clock.now() - startedAt)
    const shortfall = await attempt(parts, input, run, done, Math.max(1000, left))
    if (shortfall === undefined) return
    const elapsed = clock.now() - startedAt
    if (elapsed > (shortfall.turnedAway ? PROPAGATION_MILLISECONDS : LIMIT_MILLISECONDS)) throw failed(shortfall)
    await clock.sleep(PAUSE_MILLISECONDS)
  }
}

async function attempt(
  parts: FailoverParts,
  { target, user, password, caPem, topic: name }: CanaryInput,
  run: string,
  done: Set<number>,
  requestMilliseconds: number,
): Promise<Shortfall | undefined> {
  const entrance = {
    tls: createSecureContext({ ca: caPem, minVersion: 'TLSv1.2', allowPartialTrustChain: true }),
    user: { name: user, password },
    requestMilliseconds,
  }
  try {
    const layout = await firstAnswer(parts, target, target.clientListeners, entrance, (connection) =>
      readLayout(connection, name),
    )
    if ('reasons' in layout) return layout
    const outcomes = await Promise.all(
      layout.leaders.map((leader) => tryLeader(leader, layout.topic, entrance, run, done)),
    )
    const shortfalls = outcomes.filter((outcome) => outcome !== undefined)
    if (shortfalls.length === 0) return undefined
    return {
      reasons: shortfalls.flatMap(({ reasons }) => reasons),
      turnedAway: shortfalls.every(({ turnedAway }) => turnedAway),
      cause: new AggregateError(shortfalls.map(({ cause }) => cause)),
    }
  } catch (error) {
    return toShortfall(`topic ${name}`, error)
  }
}

interface Leader {
  readonly address: string
  readonly partitions: readonly number[]
}

/** Which broker leads which partitions, at the addresses that clients are given. */
async function readLayout(
  connection: Connection,
  name: string,
): Promise<{ readonly topic: CanaryTopic; readonly leaders: readonly Leader[] } | Shortfall> {
  const { topics, brokers } = await metadata.async(connection, [name], false, false)
  const topic = topics.find((each) => each.name === name)
  const refusal = topic === undefined ? undefined : refusalOf(topic.errorCode)
  if (topic === undefined || refusal !== undefined) {
    const reason = refusal === undefined ? 'not known' : describe(refusal)
    return { reasons: [`topic ${name}: ${reason}`], turnedAway: isTurnedAway(refusal?.name), cause: undefined }
  }
  const leaderless = topic.partitions.filter(({ leaderId }) => !brokers.some(({ nodeId }) => nodeId === leaderId))
  if (leaderless.length > 0 || topic.partitions.length === 0) {
    const reasons = leaderless.map(({ partitionIndex }) => `partition ${partitionIndex}: no leader`)
    return { reasons: reasons.length > 0 ? reasons : ['no partitions'], turnedAway: false, cause: undefined }
  }
  const leaders = brokers.map(({ nodeId, host, port }) => ({
    address: `${host}:${port}`,
    partitions: topic.partitions.filter(({ leaderId }) => leaderId === nodeId).map((each) => each.partitionIndex),
  }))
  return {
    topic: { name, id: topic.topicId },
    leaders: leaders.filter(({ partitions }) => partitions.length > 0),
  }
}

/** Goes round the partitions of one leader that are not done yet. */
async function tryLeader(
  { address, partitions }: Leader,
  topic: CanaryTopic,
  entrance: Entrance,
  run: string,
  done: Set<number>,
): Promise<Shortfall | undefined> {
  const records = partitions
    .filter((partition) => !done.has(partition))
    .map((partition): CanaryRecord => ({ partition, value: `${run}/${partition}` }))
  if (records.length === 0) return undefined
  try {
    await withConnection(address, entrance, async (connection) => {
      const offsets = await writeRecords(connection, topic, records)
      for (const { partition } of await readRecords(connection, topic, records, offsets)) done.add(partition)
    })
  } catch (error) {
    return toShortfall(`partition ${records.map(({ partition }) => partition).join(', ')}`, error)
  }
  const missing = records.filter(({ partition }) => !done.has(partition))
  if (missing.length === 0) return undefined
  const reasons = missing.map(({ partition }) => `partition ${partition}: written, but not read back`)
  return { reasons, turnedAway: false, cause: undefined }
}

function toShortfall(what: string, error: unknown): Shortfall {
  if (isAuthenticationFailure(error)) {
    return { reasons: [`${what}: user or password refused`], turnedAway: true, cause: error }
  }
  const refusals = refusalsIn(error)
  if (refusals.length > 0) {
    const turnedAway = refusals.some(({ name }) => isTurnedAway(name))
    return { reasons: [...new Set(refusals.map((each) => `${what}: ${describe(each)}`))], turnedAway, cause: error }
  }
  if (isNoAnswer(error) || error instanceof DomainError) {
    return { reasons: [`${what}: no answer`], turnedAway: false, cause: error }
  }
  throw error
}

function isTurnedAway(refusal: string | undefined): boolean {
  return refusal?.endsWith('AUTHORIZATION_FAILED') === true || refusal === 'SASL_AUTHENTICATION_FAILED'
}

function failed({ reasons, cause }: Shortfall): DomainError {
  if (cause instanceof DomainError) return cause
  return new DomainError('CANARY_FAILED', `Missing: ${reasons.join('; ')}.`, { cause })
}
