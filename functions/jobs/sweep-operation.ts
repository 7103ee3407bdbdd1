import { isOffered } from '../../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { type ExecutionState, executionName } from '../../shared/ports/workflows.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import type { OperationError, OperationRecord, StepRecord } from '../../shared/records/operation.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { hostsOf, loadOperation, loadSteps } from '../../shared/state/load.ts'
import { isUnderWay } from '../../shared/state/operation-actions.ts'
import { renewOperation } from '../../shared/state/renew-operation.ts'
import { culpritOf, failureOf } from '../../workflows/failure-cause.ts'
import { stallOf } from '../../workflows/stall.ts'
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

/** What a sweep found of an operation: nothing to do, something to look into, or that its last attempt came to nothing. */
export type SweptOperation = 'AtWork' | 'Stuck' | 'GivenUp'

/** An operation found without progress is given this long to show some: after an outage its execution has to come back first. */
const SUSPICION_SECONDS = 180

/**
 * Takes up the operation of a cluster that nobody works on: its execution was never started, has ended without a word, makes
 * no progress, or is over its deadline. It gets a new attempt, and after the last one it has failed, so that nothing stays in
 * between for ever. A delete that failed is ordered again.
 */
export async function sweepOperation(ports: OperationPorts, cluster: ClusterRecord): Promise<SweptOperation> {
  const { tenantId, clusterId, activeOperationId } = cluster
  if (activeOperationId === undefined) {
    if (cluster.status === 'Deleting') await deleteAgain(ports, cluster)
    return 'AtWork'
  }
  const operation = (await loadOperation(ports.store, tenantId, activeOperationId)).record
  if (!isUnderWay(operation) || !isOffered(operation.type)) return 'AtWork'
  const { operationId, attempt, type, renewals = 0 } = operation
  const name = executionName(operationId, attempt)
  const execution = await ports.workflows.describe(type, name)
  const isLate = ports.clock.now() > Date.parse(operation.deadlineAt)
  const ids = { tenantId, clusterId, operationId, attempt, execution, isLate }
  if (execution === 'Absent' && operation.state === 'Pending' && !isLate) {
    await ports.workflows.start(type, { tenantId, clusterId, operationId, attempt })
    ports.log.warn('an operation had not been started', ids)
    return 'AtWork'
  }
  const error = await troubleOf(ports, operation, execution, isLate)
  if (error === 'Suspected') return 'Stuck'
  if (!error) return 'AtWork'
  if (renewals >= MAX_RENEWALS) await fail(ports, operation)
  else if (!(await renewOperation(ports, operation, error))) return 'AtWork'
  const { code, detail } = error
  ports.log.warn(renewals >= MAX_RENEWALS ? 'an operation was given up' : 'an operation was begun anew', {
    ...ids,
    code,
    reason: detail,
  })
  // Fenced already: this only spares it the trouble.
  if (execution === 'Running') await ports.workflows.stop(type, name, 'begun anew, or given up, without it')
  return renewals >= MAX_RENEWALS ? 'GivenUp' : 'Stuck'
}

/** Why this attempt comes to nothing, if it does or may. */
async function troubleOf(
  ports: OperationPorts,
  operation: OperationRecord,
  execution: ExecutionState,
  isLate: boolean,
): Promise<OperationError | 'Suspected' | undefined> {
  const { tenantId, clusterId, operationId, attempt, deadlineAt } = operation
  const steps = await loadSteps(ports.store, tenantId, operationId, attempt)
  if (execution === 'Running' && !isLate) return confirmedStall(ports, operation, steps)
  const why = isLate ? `It was not done by its deadline, ${deadlineAt}.` : 'Its execution ended without a word.'
  const culprit = culpritOf(steps)
  if (!culprit) return { code: 'INTERNAL', detail: why }
  const cause = await failureOf(ports, { tenantId, clusterId, operationId, attempt }, culprit)
  return { ...cause, detail: `${why} ${cause.detail}` }
}

/**
 * A stall counts when it was seen before and nothing has happened since. What is noted for that is written once in each
 * stall, and never while the operation makes progress.
 */
async function confirmedStall(
  ports: OperationPorts,
  operation: OperationRecord,
  steps: readonly StepRecord[],
): Promise<OperationError | 'Suspected' | undefined> {
  const { tenantId, clusterId, operationId, attempt, suspectedAt = '' } = operation
  const hosts = await hostsOf(ports.store, tenantId, clusterId)
  const stall = stallOf(operation, steps, hosts, ports.clock.now())
  if (!stall) return undefined
  if (suspectedAt > stall.lastSignAt)
    return ports.clock.now() >= Date.parse(suspectedAt) + SUSPICION_SECONDS * 1000 ? stall.error : 'Suspected'
  await changeCluster(ports, { tenantId, clusterId, operationId, control: true }, (draft) => {
    if (draft.operation().attempt === attempt) draft.setOperation({ suspectedAt: timestamp(ports) })
  })
  ports.log.warn('an operation makes no progress', {
    tenantId,
    clusterId,
    operationId,
    attempt,
    reason: stall.error.detail,
  })
  return 'Suspected'
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
  const { operationId } = await acceptDelete(ports, requester, clusterId, () => undefined, {
    now: newest.keepDays === undefined,
  })
  ports.log.warn('a delete that failed was ordered again', { tenantId, clusterId, operationId, failures })
}
