import { pbkdf2Sync, randomBytes } from 'node:crypto'
import {
  AclOperations,
  AclPermissionTypes,
  alterUserScramCredentialsV0,
  Connection,
  type ConnectionOptions,
  createAclsV3,
  createTopicsV7,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { listenerPorts } from '../../shared/kafka/listeners.ts'
import type { BareCluster } from './bare-cluster.ts'

/** Opens a connection to a listener, calls on it and closes it. */
export async function onListener<T>(
  address: string,
  port: number,
  options: ConnectionOptions,
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection('weir-test', { connectTimeout: 5000, requestTimeout: 10_000, ...options })
  connection.on('error', () => undefined)
  try {
    await connection.connect(address, port)
    return await call(connection)
  } finally {
    await connection.close().catch(() => undefined)
  }
}

/** The TLS options with which the control plane comes in. */
export function controlPlaneTls(cluster: BareCluster): NonNullable<ConnectionOptions['tls']> {
  return {
    key: cluster.controlPlane.keyPem,
    cert: cluster.controlPlane.certificatePem,
    ca: cluster.authority.certificatePem,
  }
}

/** Calls as the control plane on the replication listener of the first broker. */
export function asControlPlane<T>(cluster: BareCluster, call: (connection: Connection) => Promise<T>): Promise<T> {
  return onListener(brokerAddress(cluster), listenerPorts.REPLICATION, { tls: controlPlaneTls(cluster) }, call)
}

/** The address of the first broker. */
export function brokerAddress(cluster: BareCluster): string {
  const broker = cluster.hosts.find((host) => host.plan.roles.includes('broker'))
  if (broker === undefined) throw new Error('the cluster has no broker')
  return broker.plan.address
}

/** Gives a SCRAM user a password, as the control plane does. */
export async function putScramUser(cluster: BareCluster, name: string, password: string): Promise<void> {
  const salt = randomBytes(16)
  const iterations = 4096
  const saltedPassword = pbkdf2Sync(password, salt, iterations, 64, 'sha512')
  const credential = { name, mechanism: 2, iterations, salt, saltedPassword }
  await asControlPlane(cluster, (connection) => alterUserScramCredentialsV0.api.async(connection, [], [credential]))
}

/** Creates a topic with the cluster's defaults for partitions and replicas. */
export async function createTopic(cluster: BareCluster, name: string): Promise<void> {
  const topic = { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] }
  await asControlPlane(cluster, (connection) => createTopicsV7.api.async(connection, [topic], 10_000, false))
}

/** Lets a user write to and read from every topic, in any consumer group. */
export async function allowEveryTopic(cluster: BareCluster, user: string): Promise<void> {
  const { WRITE, READ, DESCRIBE } = AclOperations
  const acls = [
    ...[WRITE, READ, DESCRIBE].map((operation) => ({ resourceType: ResourceTypes.TOPIC, operation })),
    { resourceType: ResourceTypes.GROUP, operation: READ },
  ].map((rule) => ({
    ...rule,
    resourceName: '*',
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
  }))
  await asControlPlane(cluster, (connection) => createAclsV3.api.async(connection, acls))
}
