import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** It is this broker's turn to be restarted. */
export const enterRebooting = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { operationId, finishedAt } = draft.operation()
      // A call that comes late finds the broker done with, or the operation over.
      if (finishedAt !== undefined || draft.broker(nodeOf(input)).doneIn === operationId) return
      if (draft.cluster().status !== 'Rebooting') draft.enterCluster('Rebooting', draft.cluster().health)
      draft.enterBroker(nodeOf(input), 'Rebooting')
    })
    return {}
  },
})
