import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** It is this broker's turn to get a larger volume. Nothing about how it serves changes. */
export const enterExtending = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { nodeId, status, extendedIn } = draft.broker(nodeOf(input))
      const cluster = draft.cluster()
      if (cluster.status === 'Updating') draft.enterCluster('Extending', cluster.health)
      if (status !== 'Extending' && extendedIn !== input.operationId) draft.enterBroker(nodeId, 'Extending')
    })
    return {}
  },
})
