import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { DomainError } from '../errors/domain-error.ts'
import { lifecycleOf, type OperationType } from '../lifecycle/lifecycle.ts'
import { mayStart } from '../lifecycle/transitions.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { OperationRecord, OperationWork } from '../records/operation.ts'
import { changeCluster, type StatePorts, timestamp } from './change-cluster.ts'
import { clusterActions } from './cluster-actions.ts'
import type { Draft } from './draft.ts'
import { overtakeLast } from './overtake.ts'
import type { Requester } from './requester.ts'
import { putRecord } from './stored.ts'

/** What a caller wants done to a cluster that exists. */
export interface OrderedOperation extends OperationWork {
  readonly type: OperationType
  /** The nodes that it is about. */
  readonly nodes: readonly number[]
  readonly deadlineMinutes: number
  readonly warnings: readonly string[]
  /** What the cluster shall be, where the operation changes what was ordered. */
  readonly spec?: ClusterSpec
  /** What else changes in the same transaction, such as the tenant's usage. */
  readonly also?: (draft: Draft) => void | Promise<void>
}

/**
 * Accepts an operation on a cluster in one transaction, if none is running and its status allows it: OPERATION_IN_PROGRESS
 * names the one that runs, STATUS_NOT_ALLOWED what would be allowed. `order` decides on what was just read, so that it and
 * the commit speak of the same cluster; it throws to refuse.
 */
export async function acceptOperation(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  order: (cluster: ClusterRecord, brokers: readonly BrokerRecord[]) => OrderedOperation | Promise<OrderedOperation>,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord> {
  const { tenantId } = requester
  return changeCluster(ports, { tenantId, clusterId }, async (draft) => {
    const cluster = draft.cluster()
    const ordered = await order(cluster, draft.brokers())
    assertMayBegin(cluster, ordered.type)
    refuseHalfGone(cluster, draft.brokers())
    const now = ports.clock.now()
    const operation: OperationRecord = {
      operationId: ports.ids.next('operation'),
      tenantId,
      clusterId,
      type: ordered.type,
      state: 'Pending',
      requestedBy: requester.requestedBy,
      requestId: requester.requestId,
      attempt: 1,
      generation: cluster.generation + 1,
      nodes: ordered.nodes,
      createdAt: timestamp(ports),
      deadlineAt: new Date(now + ordered.deadlineMinutes * 60_000).toISOString(),
      warnings: ordered.warnings,
      ...(ordered.plan && { plan: ordered.plan }),
      ...(ordered.config && { config: ordered.config }),
      ...(ordered.upgrade && { upgrade: ordered.upgrade }),
      ...(ordered.levels && { levels: ordered.levels }),
      ...(ordered.repair && { repair: ordered.repair }),
      ...(ordered.rebalance && { rebalance: ordered.rebalance }),
    }
    draft.beginOperation(operation)
    draft.setCluster({
      generation: operation.generation,
      activeOperationId: operation.operationId,
      ...(ordered.spec && { spec: ordered.spec, specRevision: cluster.specRevision + 1 }),
    })
    draft.emit('kafka.operation.created.v1', operation.operationId, { type: operation.type })
    // Several phases begin with that of the first.
    draft.enterCluster(lifecycleOf(ordered.plan?.phases[0]?.kind ?? ordered.type).path[0], cluster.health)
    await ordered.also?.(draft)
    await overtakeLast(ports, draft, operation.operationId)
    const pointer = keys.clusterOperation(tenantId, clusterId, operation.operationId)
    draft.also(putRecord(pointer, { operationId: operation.operationId }, undefined))
    draft.alsoOfCaller(...also(operation))
    return operation
  })
}

/**
 * A broker that is beyond its stop holds nothing and only goes: until the operation that takes it away has been taken up again,
 * nothing else may begin that would count on it.
 */
function refuseHalfGone({ clusterId, lastOperationId }: ClusterRecord, brokers: readonly BrokerRecord[]): void {
  const going = brokers.find(({ status }) => status === 'Deleting')
  if (!going) return
  throw new DomainError(
    'STATUS_NOT_ALLOWED',
    `Broker ${going.nodeId} of cluster ${clusterId} is half removed; resume operation ${lastOperationId} first.`,
    { metadata: { clusterId, nodeId: going.nodeId, link: `/v1/operations/${lastOperationId}` } },
  )
}

/** Refuses what the cluster's status or its running operation does not allow. */
export function assertMayBegin(cluster: ClusterRecord, type: OperationType): void {
  const { clusterId, activeOperationId, status, health } = cluster
  if (activeOperationId !== undefined) {
    throw new DomainError(
      'OPERATION_IN_PROGRESS',
      `Operation ${activeOperationId} is running on cluster ${clusterId}.`,
      {
        metadata: {
          clusterId,
          conflictingOperationId: activeOperationId,
          conflictingOperation: `/v1/operations/${activeOperationId}`,
        },
        retryAfterSeconds: 30,
      },
    )
  }
  if (!mayStart(type, status, health)) {
    throw new DomainError(
      'STATUS_NOT_ALLOWED',
      `Cluster ${clusterId} is ${status} (${health}), which does not allow ${type}.`,
      {
        metadata: { clusterId, status, health, allowedActions: clusterActions(cluster) },
      },
    )
  }
}
