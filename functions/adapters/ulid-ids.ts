import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Ids } from '../../shared/ports/ids.ts'
import { ID_PREFIXES } from '../../shared/records/ids.ts'

const PASSWORD_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** 32 of 62 characters are 190 bits. */
const PASSWORD_LENGTH = 32

/**
 * Ids that sort by the clock's time; those of one process also sort by the order in which they were made. What must not
 * be guessed comes from the operating system's random source.
 */
export function ulidIds(clock: Pick<Clock, 'now'>): Ids {
  const ulid = monotonicFactory(randomFraction)
  return {
    next: (kind) => `${ID_PREFIXES[kind]}_${ulid(clock.now())}`,
    kafkaClusterUuid,
    password: () =>
      Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)]).join(''),
    bytes: (count) => new Uint8Array(randomBytes(count)),
  }
}

/** A number in [0, 1) with 32 random bits, of which the generator uses five per character. */
function randomFraction(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32
}

/** A leading hyphen would look like an option on Kafka's command lines: such a UUID (one in 64) is drawn again. */
function kafkaClusterUuid(): string {
  const text = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  return text.startsWith('-') ? kafkaClusterUuid() : text
}
