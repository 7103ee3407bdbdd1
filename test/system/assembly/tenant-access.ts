import { Cluster } from '../../../shared/contract/cluster.ts'
import { UserWithPassword } from '../../../shared/contract/user.ts'
import type { ScramAccess } from '../../kafka/scram-client.ts'
import type { Tenant } from './tenant.ts'

/** Makes a user who may do anything with every topic, and tells how it comes in. */
export async function accessOf(tenant: Tenant, clusterPath: string, name: string): Promise<ScramAccess> {
  const made = await tenant.call('POST', `${clusterPath}/users`, { name, role: 'admin' })
  if (made.status !== 201) throw new Error(`the user was not made: ${JSON.stringify(made.body)}`)
  const { password } = UserWithPassword.parse(made.body)
  const { connection } = Cluster.parse((await tenant.call('GET', clusterPath)).body)
  if (!connection || password === undefined) throw new Error('the cluster cannot be reached')
  return { clientListeners: connection.bootstrapServers, caPem: connection.caCertificatePem, user: name, password }
}
