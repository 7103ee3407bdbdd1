import type { Needed } from '../ports/ports.ts'
import type { Draft } from './draft.ts'
import { loadOperation } from './load.ts'
import { putRecord } from './stored.ts'

/**
 * Makes an operation the cluster's last one. The one before, if it failed, cannot be resumed from here on: what it found and
 * what it planned belong to a cluster that others have changed since.
 */
export async function overtakeLast({ store }: Needed<'store'>, draft: Draft, operationId: string): Promise<void> {
  const { tenantId, lastOperationId } = draft.cluster()
  const last = lastOperationId === undefined ? undefined : await loadOperation(store, tenantId, lastOperationId)
  // Brokers that it has begun to add are still its own: only it can finish them or take them away.
  const isAwaited = draft.brokers().some(({ joining }) => joining !== undefined && joining === lastOperationId)
  if (last?.record.state === 'Failed' && !isAwaited)
    draft.also(putRecord(last.key, { ...last.record, overtakenBy: operationId }, last))
  draft.setCluster({ lastOperationId: operationId })
}
