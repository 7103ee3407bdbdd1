import { execFile } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { alterUserScramCredentialsV0, Connection, type ConnectionOptions, createTopicsV7 } from '@platformatic/kafka'
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

/** Writes a kcat configuration for the client listener. */
export async function kcatConfig(
  cluster: BareCluster,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, cluster.authority.certificatePem)
  const lines = Object.entries({
    'bootstrap.servers': cluster.bootstrap.join(','),
    'ssl.ca.location': caFile,
    'ssl.endpoint.identification.algorithm': 'https',
    ...settings,
  })
  const file = join(folder, `kcat-${randomBytes(4).toString('hex')}.conf`)
  await writeFile(file, lines.map(([key, value]) => `${key}=${value}\n`).join(''))
  return file
}

/** Runs kcat to its end and returns what it printed; rejects with its words when it fails or needs over 30 seconds. */
export async function kcat(args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)('kcat', args, { timeout: 30_000, maxBuffer: 64 * 1024 * 1024 })
  running.child.stdin?.end(input)
  return (await running).stdout
}
