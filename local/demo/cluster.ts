import { ProblemError } from '../../cli/cli-error.ts'
import { findCluster } from '../../cli/cluster-reference.ts'
import { requestDelete } from '../../cli/commands/delete-cluster.ts'
import type { ClientAccess } from '../../cli/connect/client-files.ts'
import { createKafkaUser } from '../../cli/connect/kafka-user.ts'
import type { WorkStage } from '../../cli/progress/show-work.ts'
import { assertBecame, watchOperation } from '../../cli/progress/watch-operation.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { LeftBehind, leftovers } from './leftovers.ts'
import type { DemoOptions } from './options.ts'
import { DEMO_TENANT, type DemoWeir } from './weir.ts'

/** Small: the volumes are real files of this machine. */
const VOLUME_GIB = 2

/** What the chapters about the cluster have in common. */
export interface Scene {
  readonly weir: DemoWeir
  readonly terminal: Terminal
  readonly stage: WorkStage
}

/** Orders the cluster through the API and watches until it is Active. */
export async function createDemoCluster({ weir, terminal, stage }: Scene, options: DemoOptions): Promise<string> {
  const { kafkaVersion, topology } = options
  const body = { name: 'demo', kafkaVersion, topology, brokers: { count: 3, volumeGiB: VOLUME_GIB } }
  const answer = await weir.client.call('createCluster', { body })
  if (answer.status !== 202) throw new TypeError('an order was not answered with an operation')
  assertBecame(await watchOperation(weir.client, terminal, stage, answer.body))
  return answer.body.target.id
}

/** Creates a user of the cluster through the API; gives all that its clients need. */
export async function createDemoUser({ weir: { client } }: Scene, clusterId: string): Promise<ClientAccess> {
  const user = await createKafkaUser(client, clusterId, { name: 'demo-app', role: 'admin', topicPrefix: '' })
  const { cluster } = await findCluster(client, clusterId)
  if (!cluster.connection) throw new Error(`Cluster ${clusterId} is ${cluster.status} and tells no endpoints.`)
  const { bootstrapServers, caCertificatePem } = cluster.connection
  const { name, password, topicPrefix } = user
  return { bootstrapServers, caCertificatePem, user: name, password, topicPrefix, kafkaVersion: cluster.kafkaVersion }
}

/** Deletes the cluster through the API and watches until it is gone. */
export async function deleteDemoCluster({ weir, terminal, stage }: Scene, clusterId: string): Promise<void> {
  const operation = await requestDelete(weir.client, await findCluster(weir.client, clusterId))
  assertBecame(await watchOperation(weir.client, terminal, stage, operation))
}

/** Fails unless the API knows the cluster no more and nothing of its hosts is left on this machine. */
export async function assertGone({ weir }: Scene, clusterId: string, home: string): Promise<void> {
  const resources = await weir.controlPlane.ports.hosts.list(DEMO_TENANT, clusterId)
  const left = [...resources.map(({ kind, id }) => `${kind} ${id}`), ...(await leftovers(home))]
  if (left.length > 0) throw new LeftBehind(left)
  const answer = await weir.client.call('getCluster', { params: { clusterId } }).catch((error: unknown) => error)
  if (answer instanceof ProblemError && answer.problem.status === 404) return
  if (answer instanceof Error) throw answer
  throw new LeftBehind([`the API still shows cluster ${clusterId}`])
}
