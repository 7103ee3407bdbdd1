import { openSqliteStore, type SqliteStore } from '../../../local/sqlite-store.ts'
import { createVirtualClock, type VirtualClock } from '../../../local/virtual-clock.ts'
import { ClusterSpec, type ClusterSpecInput } from '../../../shared/contract/cluster-spec.ts'
import type { Ids } from '../../../shared/ports/ids.ts'
import { acceptCreate } from '../../../shared/state/accept-create.ts'
import type { StatePorts } from '../../../shared/state/change-cluster.ts'
import { deterministicIds } from '../../api/deterministic-ids.ts'

/** The ports of every committed change, on a real store in memory. */
export interface StateFixture {
  readonly store: SqliteStore
  readonly clock: VirtualClock
  readonly ids: Ids
}

/** A fresh one. */
export function stateFixture(): StateFixture {
  const clock = createVirtualClock(Date.UTC(2026, 10, 21, 10))
  return { store: openSqliteStore(':memory:', { clock }), clock, ids: deterministicIds(clock) }
}

/** The tenant `acme` asks. */
export const requester = { tenantId: 'acme', requestedBy: 'ana', requestId: 'req_1' }

/** A valid order with its defaults. */
export function aSpec(patch: Partial<ClusterSpecInput> = {}): ClusterSpec {
  return ClusterSpec.parse({ name: 'orders', topology: 'combined', brokers: { volumeGiB: 100 }, ...patch })
}

/** Has a create accepted and gives the ids as the target of a change. */
export async function accepted(ports: StatePorts, patch: Partial<ClusterSpecInput> = {}) {
  const { cluster, operation } = await acceptCreate(ports, requester, aSpec(patch), () => [])
  return { tenantId: cluster.tenantId, clusterId: cluster.clusterId, operationId: operation.operationId }
}

/** How many changes were ever committed. */
export async function commits({ store }: StateFixture): Promise<number> {
  return (await store.changes(undefined, 100_000)).changes.length
}
