import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { brokersOf, loadSteps } from '../../shared/state/load.ts'
import { changeBrokers } from '../change-brokers.ts'
import { applyDynamic, clearTrial } from '../dynamic-config.ts'
import { operationOf, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The cluster serves with the previous configuration again, and the operation has failed for the reason that was kept. */
export const revertConfig = defineStep({
  needs: ['kafka', 'certificates'],
  // Each number of threads on the way takes two looks of a call at every broker.
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const { config } = await operationOf(ports, input)
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const steps = await loadSteps(ports.store, tenantId, operationId)
    // What Kafka refused before anything was set leaves nothing to be taken back.
    const isApplied = steps.some(({ name }) => name === 'applyDynamicConfig')
    if (config && isApplied && (cluster.configRevision ?? 1) === config.previousRevision) {
      await clearTrial(ports, cluster, brokers, Object.keys(config.change.dynamicSets))
      await applyDynamic(ports, cluster, brokers, config.undo)
    }
    await changeBrokers(
      ports,
      input,
      brokers.map(({ nodeId }) => nodeId),
      release,
      end,
    )
    return {}
  },
})

function release(draft: Draft, nodeId: number): void {
  const { config, operationId, type, finishedAt } = draft.operation()
  if (finishedAt !== undefined) return
  const { status, configRevision, doneIn } = draft.broker(nodeId)
  const { path, done } = lifecycleOf(type).broker
  const isAhead = config !== undefined && configRevision === config.revision && doneIn !== operationId
  const runs = isAhead ? { configRevision: config.previousRevision } : {}
  if (path.some((stage) => stage === status)) draft.enterBroker(nodeId, done, { health: 'Healthy', ...runs })
  else if (isAhead) draft.setBroker(nodeId, runs)
}

function end(draft: Draft): void {
  const { type, error, finishedAt } = draft.operation()
  if (finishedAt === undefined) endOperation(draft, { state: 'Failed', cluster: lifecycleOf(type).done, error })
}
