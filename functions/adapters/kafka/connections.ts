import type { SecureContext } from 'node:tls'
import { Connection } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import type { Log } from '../../../shared/ports/log.ts'
import { isPassing, rootReason } from './failures.ts'

/** How the control plane calls itself in the logs of brokers. */
const CLIENT_ID = 'weir-control-plane'

/** TCP, TLS and SASL together. A broker in the same region answers in milliseconds; a dead host never does. */
const CONNECT_MILLISECONDS = 3000

/** One request; an answer that takes longer is as good as none. */
const REQUEST_MILLISECONDS = 10_000

/** No further broker is tried after this time, so that a call ends before the gateway in front of it gives up (29 s). */
const CALL_MILLISECONDS = 15_000

/** How to come in: the authority and certificate to show, and a user where the listener asks for one. */
export interface Entrance {
  readonly tls: SecureContext
  readonly user?: { readonly name: string; readonly password: string }
  readonly connectMilliseconds?: number
  readonly requestMilliseconds?: number
}

/** Opens a connection, calls on it and closes it, whatever happens. There is no pool: a frozen function keeps no socket. */
export async function withConnection<T>(
  address: string,
  { tls, user, connectMilliseconds = CONNECT_MILLISECONDS, requestMilliseconds = REQUEST_MILLISECONDS }: Entrance,
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { host, port } = parseAddress(address)
  const connection = new Connection(CLIENT_ID, {
    connectTimeout: connectMilliseconds,
    requestTimeout: requestMilliseconds,
    // Node checks the certificate's names against the host that is connected to.
    tls: { secureContext: tls },
    ...(user === undefined
      ? {}
      : { sasl: { mechanism: 'SCRAM-SHA-512', username: user.name, password: user.password } }),
  })
  // Every failure also reaches us as a rejection; without a listener the event would end the process.
  connection.on('error', () => {})
  try {
    await connection.connect(host, port)
    return await call(connection)
  } finally {
    connection.close(() => {})
    // A polite end waits for a peer that may be gone.
    connection.socket?.destroy()
  }
}

/** What failing over needs to know. */
export interface FailoverParts {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<Log, 'warn'>
}

/**
 * Asks one broker after the other until one answers or refuses for good. The call must bear being repeated.
 * KAFKA_UNAVAILABLE when none of them answers.
 */
export async function firstAnswer<T>(
  { clock, log }: FailoverParts,
  { clusterId, tenantId }: KafkaTarget,
  addresses: readonly string[],
  entrance: Entrance,
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const startedAt = clock.now()
  const failures: unknown[] = []
  for (const address of addresses) {
    if (clock.now() - startedAt > CALL_MILLISECONDS) break
    try {
      return await withConnection(address, entrance, call)
    } catch (error) {
      if (!isPassing(error)) throw error
      failures.push(error)
      log.warn('A Kafka listener did not answer', { tenantId, clusterId, address, reason: rootReason(error) })
    }
  }
  throw unavailable(failures)
}

/** The error for a cluster of which no listener answered. */
export function unavailable(failures: readonly unknown[]): DomainError {
  return new DomainError('KAFKA_UNAVAILABLE', 'No listener of the cluster answers at the moment.', {
    cause: new AggregateError(failures),
  })
}

function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(address) ?? []
  if (host === undefined || port === undefined) throw new Error(`not a host and port: ${address}`)
  return { host, port: Number(port) }
}
