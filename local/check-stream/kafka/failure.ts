import { TimeoutError } from '@platformatic/kafka'
import { isNoAnswer, refusalOf, refusalsIn } from '../../../functions/adapters/kafka/failures.ts'
import { type FailureEffect, LogFailure } from '../partition-log.ts'

/** What a broker says that does not have the batch before the one it was given, or not the producer. */
const SEQUENCE_REFUSED: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
])

/** What the metadata says of a topic that is not there. */
const GONE: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID'])

/** Tells from what the library threw, or Kafka answered, what kind of failure it is. */
export function toLogFailure(thrown: unknown): LogFailure {
  if (thrown instanceof LogFailure) return thrown
  const refusals = refusalsIn(thrown)
  // Of several, the one that stays decides.
  const [refusal] = refusals.toSorted((one, other) => Number(one.passing) - Number(other.passing))
  if (refusal !== undefined) return new LogFailure(refusal.name, effectOf(refusal), { cause: thrown })
  if (isNoAnswer(thrown)) return new LogFailure(connectionFailure(thrown), 'retry', { cause: thrown })
  const words = thrown instanceof Error ? thrown.message : String(thrown)
  return new LogFailure(`UNEXPECTED: ${words}`, 'refused', { cause: thrown })
}

/** The failure that an error code of a topic or partition in the metadata stands for; undefined for none. */
export function metadataFailure(errorCode: number): LogFailure | undefined {
  const refusal = refusalOf(errorCode)
  if (refusal === undefined) return undefined
  return new LogFailure(refusal.name, GONE.has(refusal.name) ? 'gone' : effectOf(refusal))
}

function effectOf({ name, passing }: { readonly name: string; readonly passing: boolean }): FailureEffect {
  if (SEQUENCE_REFUSED.has(name)) return 'sequenceRefused'
  return passing ? 'retry' : 'refused'
}

/** The operating system's name for what happened to the connection, where it has one. */
function connectionFailure(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof TimeoutError) return 'TIMED_OUT'
    if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return error.code
  }
  return 'CONNECTION_CLOSED'
}
