import { DomainError } from '../../shared/errors/domain-error.ts'
import { isControllable, lifecycleOf, type OperationType } from '../../shared/lifecycle/lifecycle.ts'
import type { Health } from '../../shared/lifecycle/statuses.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import type { OperationError } from '../../shared/records/operation.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { healthOf } from '../../shared/state/health-of.ts'
import { orderWhatStays } from '../../shared/state/leaving.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { restStatus } from '../../shared/state/rest-status.ts'
import { hostFailure } from '../../shared/state/settle-host-wait.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { isOpen, recordStep } from '../../shared/state/step-record.ts'
import { putBackRelease } from '../../shared/state/upgrade-order.ts'
import { changeBrokers } from '../change-brokers.ts'
import { culpritOf, failureOf, NOT_IN_TIME, stepsBefore } from '../failure-cause.ts'
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
    const nodeIds = (await brokersOf(ports.store, tenantId, clusterId)).map(({ nodeId }) => nodeId)
    const now = ports.clock.now()
    const untouched = (await hostsOf(ports.store, tenantId, clusterId))
      .filter((host) => isUntouched(host, operationId, now))
      .map(({ nodeId }) => nodeId)
    try {
      await changeBrokers(
        ports,
        input,
        nodeIds,
        (draft, nodeId) => failBroker(draft, nodeId, untouched.includes(nodeId), error),
        (draft) => failOperation(draft, error),
      )
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_SUPERSEDED')) throw thrown
    }
    for (const { attempt, name, nodeId, reason = NOT_IN_TIME } of steps.filter(isOpen))
      await recordStep(ports, { tenantId, operationId, attempt, name, nodeId }, { state: 'Failed', reason })
    return {}
  },
})

/** Tells whether a host is well and runs Kafka, and not because the operation has started it anew. */
function isUntouched(host: HostRecord, operationId: string, now: number): boolean {
  const { desired, observed, generation, restartedFor = '' } = host
  // It may not have heard yet that it shall stop.
  if (desired?.kafka.processState === 'Stopped') return false
  if (observed?.generation !== generation || !isHeard(host, now)) return false
  const isWell = observed.process.state === 'Running' && hostFailure(observed) === undefined
  return isWell && !restartedFor.startsWith(operationId)
}

function failBroker(draft: Draft, nodeId: number, untouched: boolean, error: OperationError): void {
  const { type, finishedAt } = draft.operation()
  const { broker, reverse } = lifecycleOf(type)
  const { failed, done, path, withdrawn = [], stays = done === 'Stopped' ? 'Active' : done } = broker
  const { status, joining } = draft.broker(nodeId)
  const isOnItsWay = [...path, ...withdrawn].some((stage) => stage === status) || reverse?.stage === status
  // What is beyond its stop has given all away and only goes, when the operation is taken up again.
  const isGoing = type === 'shrinkBrokers' && status === 'Deleting'
  if (finishedAt !== undefined || !isOnItsWay || isGoing) return
  const statusReason = nodeId === error.nodeId ? error.detail : 'The operation stopped before this broker was done.'
  // One that joins serves when the cluster has taken it in, and not when its Kafka runs.
  if (isControllable(type) && untouched && joining === undefined)
    draft.enterBroker(nodeId, stays, { health: 'Healthy' })
  else draft.enterBroker(nodeId, failed, { health: 'Unavailable', statusReason })
}

function failOperation(draft: Draft, error: OperationError): void {
  const { type, finishedAt } = draft.operation()
  if (finishedAt !== undefined) return
  putBackRelease(draft)
  if (type === 'shrinkBrokers') orderWhatStays(draft)
  const { failed } = lifecycleOf(type)
  const rest = restStatus(draft.brokers())
  const health = rest === 'Stopped' ? 'Unknown' : healthAfter(type, draft.brokers())
  const cluster = rest !== undefined && isWhole(type, health) ? rest : failed
  endOperation(draft, { state: 'Failed', cluster, health, error })
}

/** Tells whether what is left is no failure of the cluster: a repair has none left that it should have brought back. */
function isWhole(type: OperationType, health: Health): boolean {
  if (!isControllable(type)) return false
  return type !== 'repairBrokers' || health === 'Healthy'
}

/** A cluster that never came up serves nobody, however many of its brokers run: all it can be is deleted. */
function healthAfter(type: OperationType, brokers: readonly BrokerRecord[]): Health {
  if (type === 'deleteCluster') return 'Unknown'
  return type === 'createCluster' ? 'Unavailable' : healthOf(brokers)
}
