import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { EventRecord } from '../records/event.ts'
import { keys } from '../records/keys.ts'
import type { LedgerRecord } from '../records/ledger.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { Snapshot } from './draft.ts'
import { putRecord, type Stored, toJson } from './stored.ts'

/** What a draft has come to. */
interface Drafted {
  readonly cluster: ClusterRecord
  readonly operation: OperationRecord | undefined
  readonly brokers: ReadonlyMap<number, BrokerRecord>
  /** The brokers that were changed or added, and those that were taken away. */
  readonly touched: ReadonlySet<number>
  readonly removed: ReadonlySet<number>
  readonly events: readonly EventRecord[]
  readonly ledger: readonly LedgerRecord[]
}

/** The writes that make of what was read what was drafted, each under its guard. A change that came to nothing is none. */
export function draftWrites(
  { clusterBefore, brokersBefore, operationBefore, ...before }: Snapshot,
  { cluster, operation, brokers, touched, removed, events, ledger }: Drafted,
  now: string,
): readonly Write[] {
  const { tenantId, clusterId } = cluster
  const writes: Write[] = []
  // No version is touched and nobody is woken where nothing has changed.
  if (cluster !== before.cluster || !clusterBefore) writes.push(...clusterWrites(cluster, clusterBefore, now))
  const storedBroker = (nodeId: number) => brokersBefore.find(({ record }) => record.nodeId === nodeId)
  for (const nodeId of touched) {
    const broker = brokers.get(nodeId)
    if (broker) writes.push(putRecord(keys.broker(tenantId, clusterId, nodeId), broker, storedBroker(nodeId)))
  }
  for (const nodeId of removed) {
    const stored = storedBroker(nodeId)
    if (stored) writes.push({ ...stored.key, delete: true, guard: { version: stored.version } })
  }
  if (operation && operation !== operationBefore?.record)
    writes.push(putRecord(keys.operation(tenantId, operation.operationId), operation, operationBefore))
  for (const event of events)
    writes.push({ ...keys.event(tenantId, clusterId, Number(event.sequence)), put: toJson(event), guard: 'absent' })
  for (const row of ledger)
    writes.push({ ...keys.ledger(tenantId, clusterId, row.sequence), put: toJson(row), guard: 'absent' })
  return writes
}

/** A cluster that is gone leaves the list, and its tombstone stays beside its history; one that can be restored stays. */
function clusterWrites(cluster: ClusterRecord, before: Stored<ClusterRecord> | undefined, now: string): Write[] {
  const record = { ...cluster, updatedAt: now }
  const key = keys.cluster(cluster.tenantId, cluster.clusterId)
  if (cluster.status !== 'Deleted' || cluster.restorableUntil !== undefined || !before)
    return [putRecord(key, record, before)]
  return [
    { ...key, delete: true, guard: { version: before.version } },
    putRecord(keys.tombstone(cluster.tenantId, cluster.clusterId), record, undefined),
  ]
}
