import { DomainError } from '../errors/domain-error.ts'
import type { Needed } from '../ports/ports.ts'
import { TransactionConflict, type Write } from '../ports/store.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import { throwIfCallers } from './callers-conflict.ts'
import type { Draft } from './draft.ts'
import { loadBrokers, loadCluster, loadOperation } from './load.ts'
import { openDraft } from './open-draft.ts'
import { retryConflicts } from './retry-conflicts.ts'
import type { Stored } from './stored.ts'

/** Which cluster, and for which operation; the operation is absent for changes that need none (topics, users). */
export interface ChangeTarget {
  readonly tenantId: string
  readonly clusterId: string
  readonly operationId?: string
  /** The attempt that the caller belongs to; steps of an attempt that was given up are refused. */
  readonly attempt?: number
  /** The change is asked of the operation from outside, which may have failed and is then no longer the cluster's owner. */
  readonly control?: true
}

/** The ports of every committed change. */
export type StatePorts = Needed<'store' | 'clock' | 'ids'>

/** The time of the clock as records hold it: RFC 3339 with milliseconds, UTC. */
export function timestamp(ports: Needed<'clock'>): string {
  return new Date(ports.clock.now()).toISOString()
}

/** Refuses an operation that was pre-empted, and an attempt of it that was succeeded by another: OPERATION_SUPERSEDED. */
export function assertOwner(cluster: ClusterRecord, operation: OperationRecord, attempt: number | undefined): void {
  const { operationId, generation } = operation
  if (generation === cluster.generation && (attempt === undefined || attempt === operation.attempt)) return
  throw new DomainError('OPERATION_SUPERSEDED', `Operation ${operationId} no longer owns cluster ${cluster.clusterId}.`)
}

/**
 * Reads a cluster, lets `decide` write down what shall change, and commits it as one transaction; on a lost race it
 * reads and decides again. An operation whose generation is no longer the cluster's was pre-empted: OPERATION_SUPERSEDED,
 * nothing written. So was one that has ended. That is the fence that keeps a late step of an old execution from touching
 * the cluster; it holds at the moment of the commit, because every commit is guarded by the cluster's version.
 */
export async function changeCluster<T>(
  ports: StatePorts,
  target: ChangeTarget,
  decide: (draft: Draft) => T | Promise<T>,
): Promise<T> {
  const { tenantId, clusterId, operationId } = target
  return retryConflicts(ports, async () => {
    const clusterBefore = await loadCluster(ports.store, tenantId, clusterId)
    const brokersBefore = await loadBrokers(ports.store, tenantId, clusterId)
    const operationBefore =
      operationId === undefined ? undefined : await loadOperation(ports.store, tenantId, operationId)
    if (operationBefore && !target.control) assertOwner(clusterBefore.record, operationBefore.record, target.attempt)
    const draft = openDraft(
      {
        cluster: clusterBefore.record,
        clusterBefore,
        brokers: brokersBefore.map(({ record }) => record),
        brokersBefore,
        operation: operationBefore?.record,
        operationBefore,
      },
      later(timestamp(ports), clusterBefore.record.updatedAt),
    )
    const result = await decide(draft)
    const writes = draft.writes()
    if (writes.length === 0) return result
    if (operationBefore?.record.finishedAt !== undefined && !target.control)
      throw new DomainError('OPERATION_SUPERSEDED', `Operation ${operationId} has ended.`)
    try {
      await ports.store.transact(guarded(writes, clusterBefore))
    } catch (thrown) {
      if (thrown instanceof TransactionConflict) throwIfCallers(thrown, draft.callersWrites())
      throw thrown
    }
    return result
  })
}

/** Of two times in the form of records. Clocks of several machines differ; the times of a cluster never run backwards. */
function later(a: string, b: string): string {
  return a < b ? b : a
}

/** A change that leaves the cluster's own record alone still depends on what was read there. */
function guarded(writes: readonly Write[], { key, version }: Stored<unknown>): readonly Write[] {
  const isWritten = writes.some(({ partition, sort }) => partition === key.partition && sort === key.sort)
  return isWritten ? writes : [...writes, { ...key, check: true, guard: { version } }]
}
