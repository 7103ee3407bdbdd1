import type { Cluster } from '../shared/contract/cluster.ts'
import { ClusterName } from '../shared/contract/cluster-spec.ts'
import { idPattern } from '../shared/records/ids.ts'
import type { ApiClient } from './api-client.ts'
import { CliError, ProblemError } from './cli-error.ts'
import { EXIT } from './exit-codes.ts'

/** A cluster as it is now, with the tag that a change of it must name. */
export interface FoundCluster {
  readonly cluster: Cluster
  readonly etag: string
}

/** The id of a cluster that was given by name or id. */
export async function clusterIdOf(client: ApiClient, nameOrId: string): Promise<string> {
  if (idPattern('cluster').test(nameOrId)) return nameOrId
  // A name is held until what bears it is gone: also what was deleted and is kept is found by it.
  const queries = [{ name: nameOrId }, { name: nameOrId, status: 'Deleted' as const }]
  for (const query of ClusterName.safeParse(nameOrId).success ? queries : []) {
    const [found] = (await client.call('listClusters', { query })).body.items
    if (found) return found.id
  }
  throw new CliError(EXIT.refused, `There is no cluster named "${nameOrId}".`, ['See the clusters: weir clusters list'])
}

/** Reads a cluster that was given by name or id. */
export async function findCluster(client: ApiClient, nameOrId: string): Promise<FoundCluster> {
  const { body, etag } = await client.call('getCluster', { params: { clusterId: await clusterIdOf(client, nameOrId) } })
  return { cluster: body, etag: etag ?? '*' }
}

/** Rounds of reading again; a cluster that changes faster than this is being changed by somebody else. */
const ROUNDS = 10

/**
 * Changes what was seen, under the tag that it was seen with. While only status and health move on, what was seen is still
 * what is meant, and the change is asked for again with the new tag.
 */
export async function whileOnlyStatusMoves<T>(
  client: ApiClient,
  found: FoundCluster,
  change: (ifMatch: string) => Promise<T>,
): Promise<T> {
  const { id, revision } = found.cluster
  for (let { etag } = found, round = 1; ; round++) {
    try {
      return await change(etag)
    } catch (error) {
      const isStale = error instanceof ProblemError && error.problem.code === 'PRECONDITION_FAILED'
      if (!isStale || round === ROUNDS) throw error
      const now = await findCluster(client, id)
      if (now.cluster.revision !== revision) throw error
      etag = now.etag
    }
  }
}
