import { changeCluster } from '../../shared/state/change-cluster.ts'
import { cancelOperation } from '../../shared/state/control-operation.ts'
import { defineStep } from '../step.ts'

/** The operation ends between two brokers; those that it was done with stay as they are now. */
export const recordCancelled = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      if (draft.operation().state === 'Running') cancelOperation(draft)
    })
    return {}
  },
})
