import type { Json } from './store.ts'

/** Structured logging: one JSON object a line, with the ids that lead to the request, operation, cluster and tenant. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, Json | undefined>>): void
  warn(message: string, fields?: Readonly<Record<string, Json | undefined>>): void
  /** `cause` is an Error's stack and code, never a secret. */
  error(message: string, fields?: Readonly<Record<string, Json | undefined>>, cause?: unknown): void
}
