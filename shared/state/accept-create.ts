import { levelsOfRelease } from '../catalogue/kafka-versions.ts'
import { supportWarning } from '../catalogue/support.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { DomainError } from '../errors/domain-error.ts'
import { LIFECYCLE } from '../lifecycle/lifecycle.ts'
import { brokerStatus, clusterStatus } from '../lifecycle/transitions.ts'
import { placeNodes } from '../placement/place-nodes.ts'
import { TransactionConflict, type Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { OperationRecord } from '../records/operation.ts'
import { throwIfCallers } from './callers-conflict.ts'
import { type StatePorts, timestamp } from './change-cluster.ts'
import { openDraft } from './open-draft.ts'
import { quotaWrite } from './quota.ts'
import { retryConflicts } from './retry-conflicts.ts'
import { getRecord, putRecord } from './stored.ts'
import { usageOf } from './usage.ts'

/** Who asks, and under which request. */
export interface Requester {
  readonly tenantId: string
  readonly requestedBy: string
  readonly requestId: string
}

/** How long a create may take as a whole (kafka-operations §5.1); a multiple of what it takes when all is well. */
export const CREATE_DEADLINE_MINUTES = 45

/** A dedicated controller keeps only the metadata log and its snapshots: a few hundred MiB even for large clusters. */
export const CONTROLLER_VOLUME_GIB = 8

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
    const { cluster, brokers, operation } = newRecords(ports, requester, spec, now)
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

function newRecords(ports: StatePorts, requester: Requester, spec: ClusterSpec, now: string) {
  const { tenantId } = requester
  const operationId = ports.ids.next('operation')
  const status = clusterStatus('createCluster', undefined, LIFECYCLE.createCluster.path[0])
  const cluster: ClusterRecord = {
    tenantId,
    clusterId: ports.ids.next('cluster'),
    spec,
    specRevision: 1,
    status,
    health: 'Unknown',
    kafkaClusterUuid: ports.ids.kafkaClusterUuid(),
    featureLevels: levelsOfRelease(spec.kafkaVersion),
    generation: 1,
    activeOperationId: operationId,
    eventSequence: 0,
    ledgerSequence: 0,
    createdAt: now,
    updatedAt: now,
  }
  const brokers: BrokerRecord[] = placeNodes(spec).map((placement) => ({
    ...placement,
    status: brokerStatus('createCluster', undefined, LIFECYCLE.createCluster.broker.path[0]),
    health: 'Unknown',
    volumeGiB: placement.roles.includes('broker') ? spec.brokers.volumeGiB : CONTROLLER_VOLUME_GIB,
    updatedAt: now,
  }))
  const operation: OperationRecord = {
    operationId,
    tenantId,
    clusterId: cluster.clusterId,
    type: 'createCluster',
    state: 'Pending',
    requestedBy: requester.requestedBy,
    requestId: requester.requestId,
    attempt: 1,
    generation: cluster.generation,
    createdAt: now,
    deadlineAt: new Date(ports.clock.now() + CREATE_DEADLINE_MINUTES * 60_000).toISOString(),
    warnings: createWarnings(spec, ports.clock.now()),
  }
  return { cluster, brokers, operation }
}

function createWarnings(spec: ClusterSpec, now: number): string[] {
  const ending = supportWarning(spec.kafkaVersion, now)
  const warnings = ending === undefined ? [] : [ending]
  if (spec.availabilityZones.length < 3) {
    warnings.push(
      'With fewer than three availability zones, the loss of the zone that holds two controllers stops the cluster.',
    )
  }
  if (spec.topology === 'combined') {
    warnings.push(
      'In the combined topology a controller cannot be restarted apart from its broker; Kafka advises dedicated controllers for critical clusters.',
    )
  }
  return warnings
}
