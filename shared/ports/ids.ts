import type { IdKind } from '../records/ids.ts'

/** The only source of names that must not repeat and of secrets that must not be guessed. */
export interface Ids {
  /** A prefixed id that sorts by the time it was made. */
  next(kind: IdKind): string
  /** A Kafka cluster id: base64url of a random UUID, 22 characters, not beginning with a hyphen. */
  kafkaClusterUuid(): string
  /** A password of 32 ASCII letters and digits (about 190 bits). */
  password(): string
  /** `count` random bytes, for salts. */
  bytes(count: number): Uint8Array
}
