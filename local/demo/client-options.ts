import type { ClientAccess } from '../../cli/connect/client-files.ts'

/** How a Kafka client of this process connects: the same that is in the files for clients. */
export function clientOptions({ bootstrapServers, caCertificatePem, user, password }: ClientAccess) {
  return {
    clientId: 'weir-demo',
    bootstrapBrokers: [...bootstrapServers],
    tls: { ca: caCertificatePem },
    sasl: { mechanism: 'SCRAM-SHA-512' as const, username: user, password },
  }
}
