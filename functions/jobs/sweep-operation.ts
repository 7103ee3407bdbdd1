import { isOffered } from '../../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { executionName } from '../../shared/ports/workflows.ts'
import type { ClusterRecord, OperationRecord } from '../../shared/records/cluster.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { loadOperation } from '../../shared/state/load.ts'
import { isUnderWay, renewOperation } from '../../shared/state/renew-operation.ts'
import { recordFailure } from '../../workflows/steps/record-failure.ts'
import { lastOperations, SWEEPER } from './last-operations.ts'

/** How often an operation is begun anew by itself: three attempts in all. */
const MAX_RENEWALS = 2

/** The pause before a delete that failed is tried again: a minute, doubled with each failure in a row, an hour at most. */
const FIRST_PAUSE_MINUTES = 1
const LONGEST_PAUSE_MINUTES = 60

/** The newest operations of a cluster that are looked at: enough failures in a row to reach the longest pause. */
const LAST_OPERATIONS = 7

type OperationPorts = Needed<'store' | 'clock' | 'ids' | 'log' | 'workflows'>

/**
 * Takes up the operation of a cluster that nobody works on: its execution was never started, has ended without a word, or is
 * over its deadline. It gets a new attempt, and after the last one it has failed, so that nothing stays in between for ever.
 * A delete that failed is ordered again.
 */
export async function sweepOperation(ports: OperationPorts, cluster: ClusterRecord): Promise<void> {
  const { tenantId, clusterId, activeOperationId } = cluster
  if (activeOperationId === undefined) {
    if (cluster.status === 'Deleting') await deleteAgain(ports, cluster)
    return
  }
  const operation = (await loadOperation(ports.store, tenantId, activeOperationId)).record
  if (!isUnderWay(operation) || !isOffered(operation.type)) return
  const { operationId, attempt, type, renewals = 0 } = operation
  const name = executionName(operationId, attempt)
  const execution = await ports.workflows.describe(type, name)
  const isLate = ports.clock.now() > Date.parse(operation.deadlineAt)
  if (execution === 'Running' && !isLate) return
  const ids = { tenantId, clusterId, operationId, attempt, execution, isLate }
  if (execution === 'Absent' && operation.state === 'Pending' && !isLate) {
    await ports.workflows.start(type, { tenantId, clusterId, operationId, attempt })
    ports.log.warn('an operation had not been started', ids)
    return
  }
  if (renewals >= MAX_RENEWALS) await fail(ports, operation)
  else if (!(await renewOperation(ports, operation))) return
  ports.log.warn(renewals >= MAX_RENEWALS ? 'an operation was given up' : 'an operation was begun anew', ids)
  // Fenced already: this only spares it the trouble.
  if (execution === 'Running') await ports.workflows.stop(type, name, 'begun anew after its deadline')
}

/** The same record of the failure that its own workflow would have made. */
async function fail(ports: OperationPorts, operation: OperationRecord): Promise<void> {
  const { tenantId, clusterId, operationId, attempt } = operation
  // It may have paused or ended since it was read.
  if (!isUnderWay((await loadOperation(ports.store, tenantId, operationId)).record)) return
  await recordFailure.run({ tenantId, clusterId, operationId, attempt }, ports)
}

async function deleteAgain(ports: OperationPorts, { tenantId, clusterId }: ClusterRecord): Promise<void> {
  const last = await lastOperations(ports, tenantId, clusterId, LAST_OPERATIONS)
  const others = last.findIndex(({ type, state }) => type !== 'deleteCluster' || state !== 'Failed')
  const failures = others === -1 ? last.length : others
  const [newest] = last
  if (newest?.finishedAt === undefined || failures === 0) return
  const pauseMinutes = Math.min(FIRST_PAUSE_MINUTES * 2 ** (failures - 1), LONGEST_PAUSE_MINUTES)
  if (ports.clock.now() < Date.parse(newest.finishedAt) + pauseMinutes * 60_000) return
  const requester = { tenantId, requestedBy: SWEEPER, requestId: ports.ids.next('request') }
  const { operationId } = await acceptDelete(ports, requester, clusterId, () => undefined)
  ports.log.warn('a delete that failed was ordered again', { tenantId, clusterId, operationId, failures })
}
