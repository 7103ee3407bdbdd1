import { DomainError } from '../../shared/errors/domain-error.ts'
import { isControllable, lifecycleOf, type OperationType } from '../../shared/lifecycle/lifecycle.ts'
import type { Health } from '../../shared/lifecycle/statuses.ts'
import type { BrokerRecord, OperationError } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { healthOf } from '../../shared/state/health-of.ts'
import { loadBrokers, loadHosts } from '../../shared/state/load.ts'
import { hostFailure } from '../../shared/state/settle-host-wait.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { recordStep } from '../../shared/state/step-record.ts'
import { culpritOf, failureOf, isOpen, NOT_IN_TIME, stepsBefore } from '../failure-cause.ts'
import { defineStep } from '../step.ts'

/**
 * The operation has failed for good: it says which step failed on which broker and why, with Kafka's own last lines,
 * and nothing stays in a status that promises progress. A broker that it had not stopped and that serves is as it was
 * before, and a cluster without a broker in `Error` may be worked on again at once. An operation that was pre-empted, or
 * that did all it had to do before its last answer was lost, leaves everything alone.
 */
export const recordFailure = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const steps = await stepsBefore(ports, input, 'recordFailure')
    const error = await failureOf(ports, input, culpritOf(steps))
    const nodeIds = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record.nodeId)
    const now = ports.clock.now()
    const untouched = (await loadHosts(ports.store, tenantId, clusterId))
      .filter(({ record }) => isUntouched(record, operationId, now))
      .map(({ record }) => record.nodeId)
    try {
      for (let first = 0; first < nodeIds.length; first += BROKERS_PER_CHANGE) {
        const part = nodeIds.slice(first, first + BROKERS_PER_CHANGE)
        await changeCluster(ports, input, (draft) => {
          if (draft.operation().finishedAt !== undefined) return
          failBrokers(draft, part, untouched, error)
          if (first + part.length === nodeIds.length) failOperation(draft, error)
        })
      }
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_SUPERSEDED')) throw thrown
    }
    for (const { attempt, name, nodeId, reason = NOT_IN_TIME } of steps.filter(isOpen))
      await recordStep(ports, { tenantId, operationId, attempt, name, nodeId }, { state: 'Failed', reason })
    return {}
  },
})

/** Each broker takes two writes, its record and its event, and a transaction holds a hundred. */
const BROKERS_PER_CHANGE = 40

/** Tells whether a host is well and runs Kafka, and not because the operation has started it anew. */
function isUntouched(host: HostRecord, operationId: string, now: number): boolean {
  const { observed, generation, restartedFor = '' } = host
  if (observed?.generation !== generation || !isHeard(host, now)) return false
  const isWell = observed.process.state === 'Running' && hostFailure(observed) === undefined
  return isWell && !restartedFor.startsWith(operationId)
}

function failBrokers(
  draft: Draft,
  nodeIds: readonly number[],
  untouched: readonly number[],
  error: OperationError,
): void {
  const { type } = draft.operation()
  const { failed, done, path } = lifecycleOf(type).broker
  for (const nodeId of nodeIds) {
    if (!path.some((stage) => stage === draft.broker(nodeId).status)) continue
    if (isControllable(type) && untouched.includes(nodeId)) {
      draft.enterBroker(nodeId, done, { health: 'Healthy' })
      continue
    }
    const statusReason = nodeId === error.nodeId ? error.detail : 'The operation stopped before this broker was done.'
    draft.enterBroker(nodeId, failed, { health: 'Unavailable', statusReason })
  }
}

function failOperation(draft: Draft, error: OperationError): void {
  const { operationId, type } = draft.operation()
  const { done, failed } = lifecycleOf(type)
  const health = healthAfter(type, draft.brokers())
  draft.enterCluster(isWhole(type, health, draft.brokers()) ? done : failed, health)
  const { activeOperationId: _, ...idle } = draft.cluster()
  draft.replaceCluster(idle)
  draft.setOperation({ state: 'Failed', finishedAt: draft.now, error })
  draft.emit('kafka.operation.failed.v1', operationId, { type, code: error.code })
}

/** Tells whether nothing is worse than before: no broker is in Error, and a repair has none left that it should have brought back. */
function isWhole(type: OperationType, health: Health, brokers: readonly BrokerRecord[]): boolean {
  if (!isControllable(type) || brokers.some(({ status }) => status === 'Error')) return false
  return type !== 'repairBrokers' || health === 'Healthy'
}

/** A cluster that never came up serves nobody, however many of its brokers run: all it can be is deleted. */
function healthAfter(type: OperationType, brokers: readonly BrokerRecord[]): Health {
  if (type === 'deleteCluster') return 'Unknown'
  return type === 'createCluster' ? 'Unavailable' : healthOf(brokers)
}
