import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Log } from '../../shared/ports/log.ts'
import type { Json } from '../../shared/ports/store.ts'
import { redact } from './redaction.ts'

/** Fields that stand in every line of a log. */
export type LogBindings = Readonly<Record<string, Json | undefined>>

/** A log that can be narrowed to one request, operation or cluster. */
export interface BoundLog extends Log {
  /** The same log with more fields in every line. */
  with(bindings: LogBindings): BoundLog
}

/** Where lines go and from which level on; by default to standard output, before the call returns. */
export interface LogOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error'
  readonly stream?: DestinationStream
}

/** How many causes of an error are written: deeper ones have never told anything new. */
const MAX_CAUSES = 5

/** Structured logging, one JSON object a line: level in words, RFC 3339 time, no secrets. */
export function pinoLog(bindings: LogBindings = {}, options: LogOptions = {}): BoundLog {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Lambda freezes the process when a handler returns: a line that is still buffered would be late or lost.
    options.stream ?? destination({ dest: 1, sync: true }),
  )
  return boundLog(logger, bindings)
}

function boundLog(logger: Logger, bindings: LogBindings): BoundLog {
  const line = (fields: LogBindings = {}, extra: object = {}): object => ({
    ...Object(redact({ ...bindings, ...fields })),
    ...extra,
  })
  return {
    info: (message, fields) => logger.info(line(fields), message),
    warn: (message, fields) => logger.warn(line(fields), message),
    error: (message, fields, cause) =>
      logger.error(line(fields, cause === undefined ? {} : { cause: describeError(cause) }), message),
    with: (more) => boundLog(logger, { ...bindings, ...more }),
  }
}

/**
 * An error as name, code, message and stack, with its causes. Other properties are left out: clients hang whole requests
 * and responses on their errors, and with them secrets.
 */
function describeError(thrown: unknown, depth = 0): Json {
  if (!(thrown instanceof Error)) return { message: `thrown: ${typeof thrown === 'string' ? thrown : typeof thrown}` }
  const code = 'code' in thrown && (typeof thrown.code === 'string' || typeof thrown.code === 'number')
  const inner = [thrown.cause, ...(thrown instanceof AggregateError ? thrown.errors : [])].filter(
    (cause) => cause !== undefined,
  )
  return {
    name: thrown.name,
    message: thrown.message,
    ...(code ? { code: String(thrown.code) } : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(inner.length > 0 && depth < MAX_CAUSES
      ? { causes: inner.slice(0, MAX_CAUSES).map((cause) => describeError(cause, depth + 1)) }
      : {}),
  }
}
