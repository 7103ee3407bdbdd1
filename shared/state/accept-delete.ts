import { DomainError } from '../errors/domain-error.ts'
import { LIFECYCLE } from '../lifecycle/lifecycle.ts'
import { mayStart } from '../lifecycle/transitions.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { OperationRecord } from '../records/operation.ts'
import { changeCluster, type StatePorts, timestamp } from './change-cluster.ts'
import { keepDaysOf } from './keep-deleted.ts'
import { hostsOf, loadOperation } from './load.ts'
import { finishMaintenance, maintenanceOf } from './maintenance.ts'
import { overtakeLast } from './overtake.ts'
import type { Requester } from './requester.ts'
import { putRecord } from './stored.ts'

/** How long a delete may take before someone is told; it is tried again all the same (kafka-operations §5.9). */
export const DELETE_DEADLINE_MINUTES = 60

/** What whoever deletes says besides. */
interface DeleteOptions {
  /** Keep nothing, whatever was ordered; also of a cluster that is kept already. */
  readonly now?: boolean
  readonly also?: (operation: OperationRecord) => readonly Write[]
}

/**
 * Accepts the deletion of a cluster from any status. A running operation is pre-empted: the cluster's generation grows,
 * which fences its late writes, and the new operation stops its execution first. Compute is billed until now, storage
 * until each volume is gone. Where the order says so, the cluster is kept for a while. A delete that is already under way, or that
 * has left a cluster that is kept, is answered with the same operation.
 */
export async function acceptDelete(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  check: (cluster: ClusterRecord) => void,
  { now = false, also = () => [] }: DeleteOptions = {},
): Promise<OperationRecord> {
  const { tenantId } = requester
  return changeCluster(ports, { tenantId, clusterId }, async (draft) => {
    const cluster = draft.cluster()
    const running = cluster.activeOperationId && (await loadOperation(ports.store, tenantId, cluster.activeOperationId))
    const isKeeping = running && running.record.keepDays !== undefined
    if (running && running.record.type === 'deleteCluster' && !(now && isKeeping)) return running.record
    if (cluster.status === 'Deleted' && !now && cluster.lastOperationId !== undefined)
      return (await loadOperation(ports.store, tenantId, cluster.lastOperationId)).record
    check(cluster)
    if (cluster.spec.deletionProtection) {
      throw new DomainError(
        'DELETION_PROTECTED',
        `Cluster ${clusterId} is protected against deletion; lift the protection first.`,
      )
    }
    if (!mayStart('deleteCluster', cluster.status, cluster.health)) {
      throw new DomainError('STATUS_NOT_ALLOWED', `Cluster ${clusterId} is ${cluster.status} and cannot be deleted.`)
    }
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const known = { cluster, brokers: draft.brokers(), hosts, running: running ? running.record : undefined }
    const keepDays = now ? undefined : keepDaysOf(known)
    const operation = newOperation(ports, requester, cluster, {
      ...(running && { preempts: running.record.operationId }),
      ...(keepDays !== undefined && { keepDays }),
    })
    if (running) {
      const cancelled: OperationRecord = { ...running.record, state: 'Cancelled', finishedAt: timestamp(ports) }
      draft.also(putRecord(keys.operation(tenantId, cancelled.operationId), cancelled, running))
      draft.emit('kafka.operation.cancelled.v1', cancelled.operationId, {
        type: cancelled.type,
        preemptedBy: operation.operationId,
      })
    }
    draft.beginOperation(operation)
    await overtakeLast(ports, draft, operation.operationId)
    const { restorableUntil: _, ...rest } = draft.cluster()
    draft.replaceCluster({
      ...rest,
      ...(keepDays === undefined && { purging: true }),
      generation: operation.generation,
      activeOperationId: operation.operationId,
    })
    draft.emit('kafka.operation.created.v1', operation.operationId, { type: operation.type })
    draft.enterCluster(LIFECYCLE.deleteCluster.path[0], 'Unknown')
    for (const maintenance of maintenanceOf(draft)) finishMaintenance(draft, maintenance, 'Cancelled')
    // A cluster that never came up was never billed: it has no ledger to end.
    // Nor has a broker any more that an earlier delete took away before it failed, nor one yet that was still joining.
    const isBilled = ({ status, joining }: BrokerRecord) => status !== 'Deleted' && joining === undefined
    const billed = cluster.ledgerSequence > 0 ? draft.brokers().filter(isBilled) : []
    draft.bill(
      billed.map(({ nodeId, volumeGiB }) => ({ nodeId, volumeGiB })),
      'delete accepted',
    )
    draft.also(
      putRecord(
        keys.clusterOperation(tenantId, clusterId, operation.operationId),
        { operationId: operation.operationId },
        undefined,
      ),
      ...also(operation),
    )
    return operation
  })
}

const keptText = (days: number) => `It can be restored for ${days} day${days === 1 ? '' : 's'} once it is deleted.`

function newOperation(
  ports: StatePorts,
  requester: Requester,
  cluster: ClusterRecord,
  more: Pick<OperationRecord, 'preempts' | 'keepDays'>,
): OperationRecord {
  return {
    operationId: ports.ids.next('operation'),
    tenantId: cluster.tenantId,
    clusterId: cluster.clusterId,
    type: 'deleteCluster',
    state: 'Pending',
    requestedBy: requester.requestedBy,
    requestId: requester.requestId,
    attempt: 1,
    generation: cluster.generation + 1,
    createdAt: timestamp(ports),
    deadlineAt: new Date(ports.clock.now() + DELETE_DEADLINE_MINUTES * 60_000).toISOString(),
    warnings: more.keepDays === undefined ? [] : [keptText(more.keepDays)],
    ...more,
  }
}
