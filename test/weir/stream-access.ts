import { z } from 'zod'
import type { StreamAccess } from '../../local/check-stream/kafka/connection.ts'
import type { TenantApi } from './api.ts'

/** Makes a user with the API who may do anything with every topic, and tells how a stream check comes in as it. */
export async function streamAccess(api: TenantApi, clusterId: string, name = 'checker'): Promise<StreamAccess> {
  const { body } = await api.call('POST', `/v1/clusters/${clusterId}/users`, { name, role: 'admin', topicPrefix: '' })
  const { password } = z.object({ password: z.string() }).parse(body)
  const { connection } = await api.cluster(clusterId)
  if (!connection) throw new Error('the cluster cannot be reached')
  const { bootstrapServers, caCertificatePem } = connection
  return { bootstrapServers, caCertificatePem, user: name, password }
}
