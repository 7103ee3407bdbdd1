import type { Store } from '../ports/store.ts'
import type { ClusterRecord, ConfigRevisionRecord } from '../records/cluster.ts'
import { partitions, sorts } from '../records/keys.ts'
import { listRecords } from './stored.ts'

/** A revision of the history; the first one came with the cluster and not by an operation of its own. */
export type ConfigRevisionEntry = Pick<ConfigRevisionRecord, 'revision' | 'config' | 'previous' | 'createdAt'> &
  Partial<Pick<ConfigRevisionRecord, 'requestedBy' | 'operationId'>>

/** The history of a cluster's Kafka configuration, oldest first. */
export async function loadConfigRevisions(
  store: Store,
  { tenantId, clusterId, spec, createdAt }: ClusterRecord,
): Promise<readonly ConfigRevisionEntry[]> {
  const rows = await listRecords<ConfigRevisionRecord>(
    store,
    partitions.cluster(tenantId, clusterId),
    sorts.configRevision,
  )
  const later = rows.map(({ record }) => record)
  return [{ revision: 1, config: later[0]?.previous ?? spec.config, previous: {}, createdAt }, ...later]
}
