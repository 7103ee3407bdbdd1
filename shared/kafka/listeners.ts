/** What a Kafka process on a host does: carry data, vote on metadata, or both. */
export type KafkaRole = 'broker' | 'controller'

/**
 * The listeners of a host: metadata between nodes, replication and control plane, the tenant's clients, and those of them that come
 * in through a public entry, who are told other names and ports.
 */
export const listenerPorts = { REPLICATION: 9091, CLIENT: 9092, CONTROLLER: 9093, PUBLIC: 9094 } as const

/** The name of a listener as it stands in `server.properties`. */
export type ListenerName = keyof typeof listenerPorts

/** How each listener is secured: mutual TLS inside, SCRAM over TLS for clients; there is no plaintext anywhere. */
export const listenerProtocols: Readonly<Record<ListenerName, 'SSL' | 'SASL_SSL'>> = {
  CONTROLLER: 'SSL',
  REPLICATION: 'SSL',
  CLIENT: 'SASL_SSL',
  PUBLIC: 'SASL_SSL',
}

/** The files the host agent writes into the TLS folder; a `.pem` key store is a PKCS#8 key followed by its certificate chain. */
export const tlsFiles = {
  nodeKeyStore: 'node.pem',
  nodeTrustStore: 'node-ca.pem',
  clientListenerKeyStore: 'client-listener.pem',
} as const

/** The listeners a process binds, by its roles and whether it has a public entry. */
export function boundListeners(roles: readonly KafkaRole[], isPublic: boolean): readonly ListenerName[] {
  return [
    ...(roles.includes('controller') ? (['CONTROLLER'] as const) : []),
    ...(roles.includes('broker') ? (['REPLICATION', 'CLIENT'] as const) : []),
    ...(roles.includes('broker') && isPublic ? (['PUBLIC'] as const) : []),
  ]
}
