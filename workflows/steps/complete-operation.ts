import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { defineStep } from '../step.ts'

/**
 * The operation has reached its end: the cluster is what it was to become, and its bill begins where it had none. A
 * cluster is billed from the moment its tenant can use all of it; a create that fails is never billed.
 */
export const completeOperation = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const operation = draft.operation()
      if (operation.state === 'Succeeded') return
      draft.enterCluster(lifecycleOf(operation.type).done, 'Healthy')
      const { activeOperationId: _, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      if (operation.type === 'createCluster') {
        const { instanceType } = idle.spec.brokers
        draft.bill(
          draft.brokers().map(({ nodeId, volumeGiB }) => ({ nodeId, instanceType, volumeGiB })),
          'cluster active',
        )
      }
      draft.setOperation({ state: 'Succeeded', finishedAt: timestamp(ports) })
      draft.emit('kafka.operation.succeeded.v1', operation.operationId, { type: operation.type })
    })
    return {}
  },
})
