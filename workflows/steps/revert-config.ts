import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { healthOf } from '../../shared/state/health-of.ts'
import { loadBrokers, loadOperation, loadSteps } from '../../shared/state/load.ts'
import { applyDynamic, clearTrial } from '../dynamic-config.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Each broker takes two writes, its record and its event, and a transaction holds a hundred. */
const BROKERS_PER_CHANGE = 40

/** The cluster serves with the previous configuration again, and the operation has failed for the reason that was kept. */
export const revertConfig = defineStep({
  needs: ['kafka', 'certificates'],
  // Each number of threads on the way takes two looks of a call at every broker.
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const { config } = (await loadOperation(ports.store, tenantId, operationId)).record
    const cluster = await ownedCluster(ports, input)
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const steps = await loadSteps(ports.store, tenantId, operationId)
    // What Kafka refused before anything was set leaves nothing to be taken back.
    const isApplied = steps.some(({ name }) => name === 'applyDynamicConfig')
    if (config && isApplied && (cluster.configRevision ?? 1) === config.previousRevision) {
      await clearTrial(ports, cluster, brokers, Object.keys(config.change.dynamicSets))
      await applyDynamic(ports, cluster, brokers, config.undo)
    }
    for (let first = 0; first < brokers.length; first += BROKERS_PER_CHANGE)
      await changeCluster(ports, input, (draft) => {
        if (draft.operation().finishedAt !== undefined) return
        for (const { nodeId } of brokers.slice(first, first + BROKERS_PER_CHANGE)) release(draft, nodeId)
        if (first + BROKERS_PER_CHANGE >= brokers.length) end(draft, timestamp(ports))
      })
    return {}
  },
})

function release(draft: Draft, nodeId: number): void {
  const { config, operationId, type } = draft.operation()
  const { status, configRevision, doneIn } = draft.broker(nodeId)
  const { path, done } = lifecycleOf(type).broker
  const isAhead = config !== undefined && configRevision === config.revision && doneIn !== operationId
  const runs = isAhead ? { configRevision: config.previousRevision } : {}
  if (path.some((stage) => stage === status)) draft.enterBroker(nodeId, done, { health: 'Healthy', ...runs })
  else if (isAhead) draft.setBroker(nodeId, runs)
}

function end(draft: Draft, finishedAt: string): void {
  const { operationId, type, error } = draft.operation()
  draft.enterCluster(lifecycleOf(type).done, healthOf(draft.brokers()))
  const { activeOperationId: _, ...idle } = draft.cluster()
  draft.replaceCluster(idle)
  draft.setOperation({ state: 'Failed', finishedAt })
  draft.emit('kafka.operation.failed.v1', operationId, { type, code: error?.code })
}
