import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { DomainError } from '../errors/domain-error.ts'
import { TransactionConflict, type Write } from '../ports/store.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { OperationRecord } from '../records/operation.ts'
import { throwIfCallers } from './callers-conflict.ts'
import { type StatePorts, timestamp } from './change-cluster.ts'
import { newClusterRecords } from './new-cluster-records.ts'
import { openDraft } from './open-draft.ts'
import { quotaWrite } from './quota.ts'
import type { Requester } from './requester.ts'
import { retryConflicts } from './retry-conflicts.ts'
import { getRecord, putRecord } from './stored.ts'
import { usageOf } from './usage.ts'

/**
 * Accepts an order for a cluster in one transaction: name lock, quota, cluster, brokers, operation, events, and what the
 * caller adds (its idempotency record, made from the operation). NAME_TAKEN or QUOTA_EXCEEDED write nothing. A conflict
 * on one of the caller's own writes is thrown as it is, for the caller to judge.
 */
export async function acceptCreate(
  ports: StatePorts,
  requester: Requester,
  spec: ClusterSpec,
  also: (operation: OperationRecord, cluster: ClusterRecord) => readonly Write[],
): Promise<{ cluster: ClusterRecord; operation: OperationRecord }> {
  return retryConflicts(ports, async () => {
    const now = timestamp(ports)
    const { cluster, brokers, operation } = newClusterRecords(ports, requester, spec, now)
    const { tenantId, clusterId } = cluster
    const draft = openDraft(
      { cluster, clusterBefore: undefined, brokers, brokersBefore: [], operation, operationBefore: undefined },
      now,
    )
    for (const { nodeId } of brokers) draft.setBroker(nodeId, {})
    draft.emit('kafka.cluster.created.v1', clusterId, {
      name: spec.name,
      topology: spec.topology,
      kafkaVersion: spec.kafkaVersion,
    })
    draft.emit('kafka.operation.created.v1', operation.operationId, { type: operation.type })
    const nameKey = keys.name(tenantId, spec.name)
    const callersWrites = also(operation, cluster)
    draft.also(
      putRecord(nameKey, { clusterId }, undefined),
      putRecord(
        keys.clusterOperation(tenantId, clusterId, operation.operationId),
        { operationId: operation.operationId },
        undefined,
      ),
      await quotaWrite(ports.store, tenantId, usageOf(brokers)),
      ...callersWrites,
    )
    try {
      await ports.store.transact(draft.writes())
    } catch (thrown) {
      if (!(thrown instanceof TransactionConflict)) throw thrown
      const hit = (key: { partition: string; sort: string }) =>
        thrown.failed.some((failed) => failed.key.partition === key.partition && failed.key.sort === key.sort)
      throwIfCallers(thrown, callersWrites)
      if (hit(nameKey)) throw await nameTaken(ports, tenantId, spec.name)
      throw thrown
    }
    return { cluster: draft.cluster(), operation }
  })
}

/** A name is held until what bears it is gone: what was deleted and is kept comes back under it. */
async function nameTaken({ store }: StatePorts, tenantId: string, name: string): Promise<DomainError> {
  const lock = await getRecord<{ readonly clusterId: string }>(store, keys.name(tenantId, name))
  const holder = lock && (await getRecord<ClusterRecord>(store, keys.cluster(tenantId, lock.record.clusterId)))?.record
  const { clusterId, restorableUntil } = holder ?? {}
  const detail =
    restorableUntil === undefined
      ? `A cluster named "${name}" exists.`
      : `Cluster ${clusterId}, named "${name}", was deleted and can be restored until ${restorableUntil}. Restore it, or delete it with now=true to free the name.`
  return new DomainError('NAME_TAKEN', detail, {
    metadata: { name, ...(clusterId !== undefined && restorableUntil !== undefined && { clusterId, restorableUntil }) },
  })
}
