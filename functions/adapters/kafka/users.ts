import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { type Connection, ScramMechanisms } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { alterScramCredentials } from './api-versions.ts'
import { describe, refusalsIn } from './failures.ts'

const MECHANISM = ScramMechanisms.SCRAM_SHA_512

/** Twice what Kafka demands at least. Passwords have 190 random bits: more would only slow down every login. */
export const SCRAM_ITERATIONS = 8192
const SALT_BYTES = 16
const UNGUESSABLE_BYTES = 32
/** The output of SHA-512. */
const SALTED_PASSWORD_BYTES = 64

const derive = promisify(pbkdf2)

/** Gives a user a password; one that exists gets the new one. Kafka is told salt and verifier, never the password. */
export async function putUser(connection: Connection, name: string, password: string): Promise<void> {
  const salt = randomBytes(SALT_BYTES)
  const saltedPassword = await derive(password, salt, SCRAM_ITERATIONS, SALTED_PASSWORD_BYTES, 'sha512')
  const credential = { name, mechanism: MECHANISM, iterations: SCRAM_ITERATIONS, salt, saltedPassword }
  try {
    await alterScramCredentials.async(connection, [], [credential])
  } catch (error) {
    throw credentialRefusal(error)
  }
}

/**
 * Takes the password away: the user cannot log in any more. Connections that stand last until they must log in again.
 *
 * The credential is not removed but overwritten with a secret that nobody has, because a removal can take every other user
 * with it: a broker that starts applies the records since the last snapshot as one change, and Kafka's ScramDelta drops the
 * whole mechanism when a removal finds it empty before the other users of that change are put in, in no defined order. After
 * a restart nobody could log in there (seen on 3.7.1 and 4.3.1).
 */
export async function deleteUser(connection: Connection, name: string): Promise<void> {
  await putUser(connection, name, randomBytes(UNGUESSABLE_BYTES).toString('base64'))
}

/** What it means that Kafka did not take a credential: the caller's name is wrong, or it is too soon. */
export function credentialRefusal(error: unknown): unknown {
  const refusal = refusalsIn(error).find(({ passing }) => !passing)
  if (refusal === undefined) return error
  const detail = refusal.words ?? `Kafka answers ${describe(refusal)}.`
  // Every release of the catalogue has SCRAM: a controller that says otherwise does not know the cluster's level yet.
  if (refusal.name === 'UNSUPPORTED_VERSION') return new DomainError('KAFKA_UNAVAILABLE', detail, { cause: error })
  return new DomainError('INVALID_FIELD', detail, {
    violations: [{ pointer: '/name', rule: refusal.name.toLowerCase(), detail }],
    cause: error,
  })
}
