import { createSecureContext, type SecureContext } from 'node:tls'
import { Connection } from '@platformatic/kafka'

/** How a tenant's client comes in. */
export interface StreamAccess {
  /** `host:port` of the client listeners. */
  readonly bootstrapServers: readonly string[]
  readonly caCertificatePem: string
  readonly user: string
  readonly password: string
  /** Kafka's own default is 30 seconds. */
  readonly requestTimeoutSeconds?: number | undefined
}

/** Kafka's own `request.timeout.ms`, so that what a check sees is what clients see that leave it alone. */
export const DEFAULT_REQUEST_TIMEOUT_SECONDS = 30

/** TCP, TLS and SASL together. Kafka's own default is 10 seconds, after which it tries the same broker again. */
const CONNECT_MILLISECONDS = 5000

/** How the checker calls itself in the logs of brokers. */
const CLIENT_ID = 'weir-check-stream'

/** Opens connections to brokers. */
export type Connect = (address: string) => Promise<Connection>

/** Every connection of one run comes in the same way: SASL_SSL with SCRAM-SHA-512. */
export function connectWith({ caCertificatePem, user, password, requestTimeoutSeconds }: StreamAccess): Connect {
  const secureContext: SecureContext = createSecureContext({ ca: caCertificatePem, minVersion: 'TLSv1.2' })
  return async (address) => {
    const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(address) ?? []
    if (host === undefined || port === undefined) throw new Error(`not a host and port: ${address}`)
    const connection = new Connection(CLIENT_ID, {
      connectTimeout: CONNECT_MILLISECONDS,
      requestTimeout: (requestTimeoutSeconds ?? DEFAULT_REQUEST_TIMEOUT_SECONDS) * 1000,
      // Node checks the certificate's names against the host that is connected to.
      tls: { secureContext },
      sasl: { mechanism: 'SCRAM-SHA-512', username: user, password },
    })
    // Every failure also reaches the caller as a rejection; without a listener the event would end the process.
    connection.on('error', () => {})
    try {
      await connection.connect(host, Number(port))
    } catch (error) {
      hangUp(connection)
      throw error
    }
    return connection
  }
}

/** Closes at once; requests under way reject. */
export function hangUp(connection: Connection): void {
  connection.close(() => {})
  // A polite end waits for a peer that may be gone.
  connection.socket?.destroy()
}
