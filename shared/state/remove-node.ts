import type { Store } from '../ports/store.ts'
import { keys } from '../records/keys.ts'
import type { Draft } from './draft.ts'
import { quotaWrite } from './quota.ts'
import { getRecord } from './stored.ts'
import { countedGiB } from './usage.ts'

/**
 * Takes a node out of a cluster that goes on without it, once nothing of its machine is left: its records are gone, its share of
 * the tenant's limits is given back and what it was billed for ends, all in the transaction of the draft.
 */
export async function removeNode(store: Store, draft: Draft, nodeId: number): Promise<void> {
  const { tenantId, clusterId } = draft.cluster()
  const broker = draft.broker(nodeId)
  const host = await getRecord(store, keys.host(tenantId, clusterId, nodeId))
  if (host) draft.also({ ...host.key, delete: true, guard: { version: host.version } })
  draft.also(await quotaWrite(store, tenantId, { clusters: 0, brokers: -1, volumeGiB: -countedGiB(broker) }))
  if (broker.joining === undefined) draft.bill([{ nodeId, volumeGiB: 0 }], 'broker removed')
  draft.removeBroker(nodeId)
}
