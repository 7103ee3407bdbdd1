import type { ProcessProfile } from '../catalogue/instance-types.ts'
import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import {
  boundListeners,
  type KafkaRole,
  type ListenerName,
  listenerPorts,
  listenerProtocols,
  tlsFiles,
} from './listeners.ts'
import { superUsers } from './principals.ts'
import { renderProperties } from './properties-file.ts'
import { weirDefaults } from './weir-defaults.ts'

/** A controller of the static quorum, as every node's file names it. */
export interface QuorumVoter {
  readonly nodeId: number
  readonly host: string
}

/** All that decides a host's `server.properties`. */
export interface ServerPropertiesInput {
  readonly nodeId: number
  readonly roles: readonly KafkaRole[]
  readonly kafkaVersion: KafkaVersion
  /** The same list on every node of the cluster. */
  readonly voters: readonly QuorumVoter[]
  /** The address the process binds, and the other nodes call: its own, never a wildcard, because hosts may share a machine. */
  readonly host: string
  /** What clients are told to call, where that is not the address. */
  readonly clientHost?: string | undefined
  /** Where the public entry of the cluster lets clients in to this broker; no listener for them without it. */
  readonly publicEndpoint?: { readonly host: string; readonly port: number } | undefined
  /** The availability zone. */
  readonly rack: string
  /** The mount point of the data volume; log directories lie below it, so `lost+found` is never taken for a topic. */
  readonly dataDir: string
  readonly tlsDir: string
  /** Weir's cluster id, which is the O= of every certificate of this cluster. */
  readonly principalOrganisation: string
  readonly brokerCount: number
  readonly profile: ProcessProfile
  readonly tenantConfig: Readonly<Record<string, string>>
}

type Entry = readonly [key: string, value: string]

/** Renders a host's `server.properties`; the same input always gives the same text, so a changed text means a changed config. */
export function renderServerProperties(input: ServerPropertiesInput): string {
  requireConsistentRoles(input)
  const own = new Map<string, string>([
    ...identity(input),
    ...listeners(input),
    ...tls(input),
    ...authorization(input),
    ...storage(input),
    ...operations(input),
  ])
  const tunable = new Map<string, string>([
    ...weirDefaults(input),
    ...Object.entries(input.tenantConfig).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
  for (const key of own.keys()) {
    if (tunable.has(key)) throw new Error(`the configuration may not set ${key}: Weir sets it`)
  }
  return renderProperties([...own, ...tunable])
}

const isController = (input: ServerPropertiesInput): boolean => input.roles.includes('controller')

const isBroker = (input: ServerPropertiesInput): boolean => input.roles.includes('broker')

function requireConsistentRoles(input: ServerPropertiesInput): void {
  const votes = input.voters.some((voter) => voter.nodeId === input.nodeId)
  if (input.roles.length === 0) throw new Error(`node ${input.nodeId} has no role`)
  if (isController(input) && !votes) throw new Error(`controller ${input.nodeId} is not among the voters`)
  if (!isController(input) && votes) throw new Error(`node ${input.nodeId} is a voter but not a controller`)
}

function identity(input: ServerPropertiesInput): readonly Entry[] {
  const voters = input.voters.map((voter) => `${voter.nodeId}@${voter.host}:${listenerPorts.CONTROLLER}`)
  return [
    ['process.roles', (['broker', 'controller'] as const).filter((role) => input.roles.includes(role)).join(',')],
    ['node.id', String(input.nodeId)],
    ['controller.quorum.voters', voters.join(',')],
    ['controller.listener.names', 'CONTROLLER'],
    ...(isBroker(input) ? ([['broker.rack', input.rack]] as const) : []),
  ]
}

function listeners(input: ServerPropertiesInput): readonly Entry[] {
  const { host, publicEndpoint } = input
  const bound = boundListeners(input.roles, publicEndpoint !== undefined)
  const advertised = bound.filter((name) => name !== 'CONTROLLER')
  // A broker talks to controllers, so it must know their listener's protocol even where it does not bind it.
  const known: readonly ListenerName[] = ['CONTROLLER', ...advertised]
  const told: Readonly<Record<ListenerName, { readonly host: string; readonly port: number }>> = {
    CONTROLLER: { host, port: listenerPorts.CONTROLLER },
    REPLICATION: { host, port: listenerPorts.REPLICATION },
    CLIENT: { host: input.clientHost ?? host, port: listenerPorts.CLIENT },
    PUBLIC: publicEndpoint ?? { host, port: listenerPorts.PUBLIC },
  }
  return [
    ['listeners', bound.map((name) => `${name}://${host}:${listenerPorts[name]}`).join(',')],
    ['listener.security.protocol.map', known.map((name) => `${name}:${listenerProtocols[name]}`).join(',')],
    // 3.7.1 refuses any advertised listener on a controller, and an advertised CONTROLLER listener on a combined node.
    ...(advertised.length === 0
      ? []
      : ([
          [
            'advertised.listeners',
            advertised.map((name) => `${name}://${told[name].host}:${told[name].port}`).join(','),
          ],
          ['inter.broker.listener.name', 'REPLICATION'],
        ] as const)),
  ]
}

function tls(input: ServerPropertiesInput): readonly Entry[] {
  const mutual = (name: Lowercase<ListenerName>): readonly Entry[] => [
    [`listener.name.${name}.ssl.client.auth`, 'required'],
    [`listener.name.${name}.ssl.keystore.type`, 'PEM'],
    [`listener.name.${name}.ssl.keystore.location`, `${input.tlsDir}/${tlsFiles.nodeKeyStore}`],
    [`listener.name.${name}.ssl.truststore.type`, 'PEM'],
    [`listener.name.${name}.ssl.truststore.location`, `${input.tlsDir}/${tlsFiles.nodeTrustStore}`],
  ]
  const forClients = (name: 'client' | 'public'): readonly Entry[] => [
    [`listener.name.${name}.ssl.client.auth`, 'none'],
    [`listener.name.${name}.ssl.keystore.type`, 'PEM'],
    [`listener.name.${name}.ssl.keystore.location`, `${input.tlsDir}/${tlsFiles.clientListenerKeyStore}`],
    [`listener.name.${name}.sasl.enabled.mechanisms`, 'SCRAM-SHA-512'],
    [
      `listener.name.${name}.scram-sha-512.sasl.jaas.config`,
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    ],
    // One hour: the longest a connection outlives a deleted user or a changed password.
    [`listener.name.${name}.scram-sha-512.connections.max.reauth.ms`, '3600000'],
  ]
  return [
    ...mutual('controller'),
    ...(isBroker(input) ? [...mutual('replication'), ...forClients('client')] : []),
    ...(isBroker(input) && input.publicEndpoint ? forClients('public') : []),
    ['ssl.endpoint.identification.algorithm', 'HTTPS'],
  ]
}

function authorization(input: ServerPropertiesInput): readonly Entry[] {
  return [
    ['authorizer.class.name', 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'],
    ['super.users', superUsers(input.principalOrganisation)],
    ['allow.everyone.if.no.acl.found', 'false'],
  ]
}

function storage(input: ServerPropertiesInput): readonly Entry[] {
  const metadata = `${input.dataDir}/metadata`
  if (!isBroker(input)) return [['log.dirs', metadata]]
  return [
    ['log.dirs', `${input.dataDir}/data`],
    ['metadata.log.dir', metadata],
  ]
}

/** What Weir's rolling operations and clients in several zones count on. */
function operations(input: ServerPropertiesInput): readonly Entry[] {
  if (!isBroker(input)) return []
  return [
    ['controlled.shutdown.enable', 'true'],
    ['initial.broker.registration.timeout.ms', '60000'],
    ['replica.selector.class', 'org.apache.kafka.common.replica.RackAwareReplicaSelector'],
  ]
}
