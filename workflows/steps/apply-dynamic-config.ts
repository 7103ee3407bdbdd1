import { DomainError } from '../../shared/errors/domain-error.ts'
import type { OperationConfig } from '../../shared/records/operation.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { phaseNodes } from '../../shared/state/operation-phases.ts'
import { changeBrokers } from '../change-brokers.ts'
import { applyDynamic } from '../dynamic-config.ts'
import { operationOf, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * What can change without a restart is in force on every broker. An operation that is taken up after it failed orders its
 * configuration anew, unless somebody has ordered another one since.
 */
export const applyDynamicConfig = defineStep({
  needs: ['kafka', 'certificates'],
  // Each number of threads on the way takes two looks of a call at every broker.
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    if (await hasEnded()) return {}
    const nodeIds = (await brokersOf(ports.store, tenantId, clusterId)).map(({ nodeId }) => nodeId)
    const { change, undo, nodes } = await changeCluster(ports, input, (draft) => {
      const config = configOf(draft)
      adopt(draft, config)
      return { change: config.change, undo: config.undo, nodes: phaseNodes(draft.operation(), 'updateConfig') ?? [] }
    })
    const isDynamic = Object.keys(change.dynamicSets).length + change.dynamicDeletes.length > 0
    if (isDynamic)
      await changeBrokers(ports, input, nodeIds, (draft, nodeId) => {
        const { roles, status } = draft.broker(nodeId)
        if (roles.includes('broker') && status === 'Active') draft.enterBroker(nodeId, 'Updating')
      })
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    await applyDynamic(ports, cluster, brokers, change)
    if (await isOver()) {
      // The operation was given up while this call hung: what it set is taken back as the operation did.
      await applyDynamic(ports, cluster, brokers, undo)
      throw new DomainError('OPERATION_SUPERSEDED', `Operation ${operationId} has ended.`)
    }
    await changeBrokers(ports, input, nodeIds, (draft, nodeId) => {
      const { status, configRevision } = draft.broker(nodeId)
      const { revision } = configOf(draft)
      const runs = nodes.includes(nodeId) ? {} : { configRevision: revision }
      if (status === 'Updating') draft.enterBroker(nodeId, 'Active', runs)
      else if (!nodes.includes(nodeId) && configRevision !== revision) draft.setBroker(nodeId, runs)
    })
    return {}

    async function hasEnded(): Promise<boolean> {
      return (await operationOf(ports, input)).finishedAt !== undefined
    }

    async function isOver(): Promise<boolean> {
      const { config, error } = await operationOf(ports, input)
      const { configRevision } = (await loadCluster(ports.store, tenantId, clusterId)).record
      return error !== undefined && configRevision !== config?.revision
    }
  },
})

function configOf(draft: Draft): OperationConfig {
  const { config, operationId } = draft.operation()
  if (!config) throw new TypeError(`operation ${operationId} changes no configuration`)
  return config
}

function adopt(draft: Draft, { revision, previousRevision, to }: OperationConfig): void {
  const { spec, specRevision, configRevision = 1 } = draft.cluster()
  if (configRevision === revision) return
  if (configRevision !== previousRevision)
    throw new DomainError('STATUS_NOT_ALLOWED', `Configuration revision ${configRevision} has been ordered since.`)
  draft.setCluster({ spec: { ...spec, config: to }, specRevision: specRevision + 1, configRevision: revision })
}
