import type { Cluster } from '../shared/contract/cluster.ts'
import { idPattern } from '../shared/records/ids.ts'
import type { ApiClient } from './api-client.ts'
import { CliError } from './cli-error.ts'
import { EXIT } from './exit-codes.ts'

/** A cluster as it is now, with the tag that a change of it must name. */
export interface FoundCluster {
  readonly cluster: Cluster
  readonly etag: string
}

/** The id of a cluster that was given by name or id. */
export async function clusterIdOf(client: ApiClient, nameOrId: string): Promise<string> {
  if (idPattern('cluster').test(nameOrId)) return nameOrId
  const { body } = await client.call('listClusters', { query: { name: nameOrId } })
  const [found] = body.items
  if (found) return found.id
  throw new CliError(EXIT.refused, `There is no cluster named "${nameOrId}".`, ['See the clusters: weir clusters list'])
}

/** Reads a cluster that was given by name or id. */
export async function findCluster(client: ApiClient, nameOrId: string): Promise<FoundCluster> {
  const { body, etag } = await client.call('getCluster', { params: { clusterId: await clusterIdOf(client, nameOrId) } })
  return { cluster: body, etag: etag ?? '*' }
}
