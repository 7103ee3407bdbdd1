import type { ClusterStatus, Health } from '../lifecycle/statuses.ts'
import type { OperationError } from '../records/operation.ts'
import type { Draft } from './draft.ts'
import { healthOf } from './health-of.ts'
import { finishMaintenance, maintenanceOf } from './maintenance.ts'
import { settleCompute } from './settle-compute.ts'

/** How the end of an operation is announced, by the state that it ends in. */
const ANNOUNCED_AS = {
  Succeeded: 'kafka.operation.succeeded.v1',
  Failed: 'kafka.operation.failed.v1',
  Cancelled: 'kafka.operation.cancelled.v1',
} as const

/** What an operation leaves; the health is that of the brokers unless it is said. */
interface OperationEnd {
  readonly state: keyof typeof ANNOUNCED_AS
  readonly cluster: ClusterStatus
  readonly health?: Health
  readonly error?: OperationError | undefined
}

/** Ends the operation of a change: the cluster rests in a status, and another operation may begin. */
export function endOperation(draft: Draft, { state, cluster, health, error }: OperationEnd): void {
  const { operationId, type } = draft.operation()
  // Of what is stopped nothing is known.
  draft.enterCluster(cluster, health ?? (cluster === 'Stopped' ? 'Unknown' : healthOf(draft.brokers())))
  settleCompute(draft)
  const { activeOperationId: _, ...idle } = draft.cluster()
  draft.replaceCluster(idle)
  draft.setOperation({ state, finishedAt: draft.now, ...(error && { error }) })
  draft.emit(ANNOUNCED_AS[state], operationId, { type, ...(error && { code: error.code }) })
  for (const maintenance of maintenanceOf(draft))
    if (maintenance.operationId === operationId) finishMaintenance(draft, maintenance, state)
}
