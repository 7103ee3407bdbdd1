import { DomainError } from '../../shared/errors/domain-error.ts'
import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import type { OperationError, StepRecord } from '../../shared/records/cluster.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { healthOf } from '../../shared/state/control-operation.ts'
import { loadHost, loadSteps } from '../../shared/state/load.ts'
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
    const steps = await loadSteps(ports.store, input.tenantId, input.operationId)
    const culprit =
      steps.find(({ state }) => state === 'Failed') ??
      steps.find(({ state }) => state === 'Waiting' || state === 'Running')
    const error = await describe(culprit)
    try {
      await changeCluster(ports, input, (draft) => {
        const operation = draft.operation()
        if (operation.finishedAt !== undefined) return
        const { failed, broker } = lifecycleOf(operation.type)
        for (const { nodeId, status } of draft.brokers()) {
          if (!broker.path.some((stage) => stage === status)) continue
          const statusReason =
            nodeId === error.nodeId ? error.detail : 'The operation stopped before this broker was done.'
          draft.enterBroker(nodeId, broker.failed, { health: 'Unavailable', statusReason })
        }
        draft.enterCluster(failed, operation.type === 'deleteCluster' ? 'Unknown' : healthOf(draft.brokers()))
        const { activeOperationId: _, ...idle } = draft.cluster()
        draft.replaceCluster(idle)
        draft.setOperation({ state: 'Failed', finishedAt: timestamp(ports), error })
        draft.emit('kafka.operation.failed.v1', operation.operationId, { type: operation.type, code: error.code })
      })
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_SUPERSEDED')) throw thrown
    }
    await closeSteps(steps, input)
    return {}

    async function describe(step: StepRecord | undefined): Promise<OperationError> {
      if (!step) return { code: 'INTERNAL', detail: 'The operation ended without the failure of a step.' }
      const nodeId = step.nodeId ?? step.faultNodeId
      const host =
        nodeId === undefined ? undefined : await loadHost(ports.store, input.tenantId, input.clusterId, nodeId)
      const logLines = host?.record.observed?.logLines ?? []
      return {
        code: step.code ?? 'HOST_NOT_READY',
        detail: step.reason ?? 'The step did not end in time.',
        step: step.name,
        ...(nodeId !== undefined && { nodeId }),
        ...(logLines.length > 0 && { logLines }),
      }
    }

    async function closeSteps(records: readonly StepRecord[], { tenantId, operationId }: StepInput): Promise<void> {
      for (const { name, nodeId, state, reason } of records) {
        if ((state !== 'Running' && state !== 'Waiting') || name === 'recordFailure') continue
        await recordStep(
          ports,
          { tenantId, operationId, name, nodeId },
          { state: 'Failed', reason: reason ?? 'The step did not end in time.' },
        )
      }
    }
  },
})
