import { lifecycleOf } from '../../shared/lifecycle/lifecycle.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { restStatus } from '../../shared/state/rest-status.ts'
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
      const { done, failed } = lifecycleOf(operation.type)
      // Another node than those that the operation was about may still be in Error.
      const isWhole = restStatus(draft.brokers()) === done
      if (operation.type === 'createCluster') {
        const { instanceType } = draft.cluster().spec.brokers
        draft.bill(
          draft.brokers().map(({ nodeId, volumeGiB }) => ({ nodeId, instanceType, volumeGiB })),
          'cluster active',
        )
      }
      endOperation(draft, { state: 'Succeeded', cluster: isWhole ? done : failed })
    })
    return {}
  },
})
