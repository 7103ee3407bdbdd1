import type { Json } from '../ports/store.ts'

/**
 * The answer to a POST, kept so that the same key gets the same answer. `InProgress` marks a request that has to call
 * Kafka before it can commit: a second one with the same key is told to wait.
 */
export interface IdempotencyRecord {
  readonly fingerprint: string
  readonly state: 'InProgress' | 'Done'
  readonly startedAt: string
  /** The request failed in a way that may pass; its effect may be there, and the next one with this key goes on. */
  readonly released?: true
  readonly answer?: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json }
}

/** How long a key is remembered. Published in the API's documentation. */
export const IDEMPOTENCY_RETENTION_SECONDS = 24 * 3600
