import { z } from 'zod'
import type { StreamAccess } from '../../local/check-stream/kafka/connection.ts'
import type { TenantApi } from './api.ts'

/** Which door a client takes: that of the network, or that of the internet. */
export type Door = 'private' | 'public'

/** Makes a user with the API who may do anything with every topic, and tells how a stream check comes in as it. */
export async function streamAccess(
  api: TenantApi,
  clusterId: string,
  name = 'checker',
  door: Door = 'private',
): Promise<StreamAccess> {
  const { body } = await api.call('POST', `/v1/clusters/${clusterId}/users`, { name, role: 'admin', topicPrefix: '' })
  const { password } = z.object({ password: z.string() }).parse(body)
  const { connection } = await api.cluster(clusterId)
  if (!connection) throw new Error('the cluster cannot be reached')
  const { caCertificatePem } = connection
  const bootstrapServers = door === 'private' ? connection.bootstrapServers : connection.publicBootstrapServers
  if (!bootstrapServers) throw new Error('the cluster has no public entry')
  return { bootstrapServers, caCertificatePem, user: name, password }
}
