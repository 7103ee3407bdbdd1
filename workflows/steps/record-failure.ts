import { DomainError } from '../../shared/errors/domain-error.ts'
import { lifecycleOf, type OperationType } from '../../shared/lifecycle/lifecycle.ts'
import type { Health } from '../../shared/lifecycle/statuses.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord, OperationError, StepRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { healthOf } from '../../shared/state/health-of.ts'
import { loadBrokers, loadHost, loadSteps } from '../../shared/state/load.ts'
import { recordStep } from '../../shared/state/step-record.ts'
import { defineStep, type StepInput } from '../step.ts'

/**
 * The operation has failed for good: it says which step failed on which broker and why, with Kafka's own last lines,
 * and nothing stays in a status that promises progress. An operation that was pre-empted, or that did all it had to do
 * before its last answer was lost, leaves everything alone.
 */
export const recordFailure = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const steps = (await loadSteps(ports.store, tenantId, operationId)).filter(({ name }) => name !== 'recordFailure')
    const error = await describe(ports, input, culpritOf(steps))
    const nodeIds = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record.nodeId)
    try {
      for (let first = 0; first < nodeIds.length; first += BROKERS_PER_CHANGE) {
        const part = nodeIds.slice(first, first + BROKERS_PER_CHANGE)
        await changeCluster(ports, input, (draft) => {
          if (draft.operation().finishedAt !== undefined) return
          failBrokers(draft, part, error)
          if (first + part.length === nodeIds.length) failOperation(draft, error)
        })
      }
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_SUPERSEDED')) throw thrown
    }
    for (const { name, nodeId, reason = NOT_IN_TIME } of steps.filter(isOpen))
      await recordStep(ports, { tenantId, operationId, name, nodeId }, { state: 'Failed', reason })
    return {}
  },
})

/** Each broker takes two writes, its record and its event, and a transaction holds a hundred. */
const BROKERS_PER_CHANGE = 40

const NOT_IN_TIME = 'The step did not end in time.'

const isOpen = ({ state }: StepRecord) => state === 'Running' || state === 'Waiting'

/**
 * The step that failed last: earlier failures were tried again. One whose calls died or were never heard of again did not
 * say so; among those that are open it is the one that was called most often.
 */
function culpritOf(steps: readonly StepRecord[]): StepRecord | undefined {
  const failed = steps.filter(({ state }) => state === 'Failed')
  const last = failed.toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '')).at(-1)
  return last ?? steps.filter(isOpen).toSorted((a, b) => b.attempts - a.attempts)[0]
}

async function describe(
  ports: Needed<'store'>,
  { tenantId, clusterId }: StepInput,
  step: StepRecord | undefined,
): Promise<OperationError> {
  if (!step) return { code: 'INTERNAL', detail: 'The operation ended without the failure of a step.' }
  const nodeId = step.nodeId ?? step.faultNodeId
  const host = nodeId === undefined ? undefined : await loadHost(ports.store, tenantId, clusterId, nodeId)
  const logLines = host?.record.observed?.logLines ?? []
  return {
    code: step.code ?? 'HOST_NOT_READY',
    detail: step.reason ?? NOT_IN_TIME,
    step: step.name,
    ...(nodeId !== undefined && { nodeId }),
    ...(logLines.length > 0 && { logLines }),
  }
}

function failBrokers(draft: Draft, nodeIds: readonly number[], error: OperationError): void {
  const { failed, path } = lifecycleOf(draft.operation().type).broker
  for (const nodeId of nodeIds) {
    if (!path.some((stage) => stage === draft.broker(nodeId).status)) continue
    const statusReason = nodeId === error.nodeId ? error.detail : 'The operation stopped before this broker was done.'
    draft.enterBroker(nodeId, failed, { health: 'Unavailable', statusReason })
  }
}

function failOperation(draft: Draft, error: OperationError): void {
  const { operationId, type } = draft.operation()
  draft.enterCluster(lifecycleOf(type).failed, healthAfter(type, draft.brokers()))
  const { activeOperationId: _, ...idle } = draft.cluster()
  draft.replaceCluster(idle)
  draft.setOperation({ state: 'Failed', finishedAt: draft.now, error })
  draft.emit('kafka.operation.failed.v1', operationId, { type, code: error.code })
}

/** A cluster that never came up serves nobody, however many of its brokers run: all it can be is deleted. */
function healthAfter(type: OperationType, brokers: readonly BrokerRecord[]): Health {
  if (type === 'deleteCluster') return 'Unknown'
  return type === 'createCluster' ? 'Unavailable' : healthOf(brokers)
}
