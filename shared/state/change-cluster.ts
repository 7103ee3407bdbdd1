import { DomainError } from '../errors/domain-error.ts'
import type { Needed } from '../ports/ports.ts'
import { type Draft, openDraft } from './draft.ts'
import { loadBrokers, loadCluster, loadOperation } from './load.ts'
import { retryConflicts } from './retry-conflicts.ts'

/** Which cluster, and for which operation; the operation is absent for changes that need none (topics, users). */
export interface ChangeTarget {
  readonly tenantId: string
  readonly clusterId: string
  readonly operationId?: string
}

/** The ports of every committed change. */
export type StatePorts = Needed<'store' | 'clock' | 'ids'>

/** The time of the clock as records hold it: RFC 3339 with milliseconds, UTC. */
export function timestamp(ports: Needed<'clock'>): string {
  return new Date(ports.clock.now()).toISOString()
}

/**
 * Reads a cluster, lets `decide` write down what shall change, and commits it as one transaction; on a lost race it
 * reads and decides again. An operation whose generation is no longer the cluster's was pre-empted: OPERATION_SUPERSEDED,
 * nothing written. That is the fence that keeps a late step of an old execution from touching the cluster.
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
    if (operationBefore && operationBefore.record.generation !== clusterBefore.record.generation) {
      throw new DomainError('OPERATION_SUPERSEDED', `Operation ${operationId} no longer owns cluster ${clusterId}.`)
    }
    const draft = openDraft(
      {
        cluster: clusterBefore.record,
        clusterBefore,
        brokers: brokersBefore.map(({ record }) => record),
        brokersBefore,
        operation: operationBefore?.record,
        operationBefore,
      },
      timestamp(ports),
    )
    const result = await decide(draft)
    const writes = draft.writes()
    if (writes.length > 0) await ports.store.transact(writes)
    return result
  })
}
