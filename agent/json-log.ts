import type { Log } from '../shared/ports/log.ts'

/** Logs one JSON object a line through `write`. */
export function createJsonLog(write: (line: string) => void, now: () => number): Log {
  const emit = (level: string, message: string, fields: object, cause?: unknown): void =>
    write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...fields, ...(cause === undefined ? {} : { cause: describe(cause) }) })}\n`,
    )
  return {
    info: (message, fields = {}) => emit('info', message, fields),
    warn: (message, fields = {}) => emit('warn', message, fields),
    error: (message, fields = {}, cause) => emit('error', message, fields, cause),
  }
}

const describe = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
