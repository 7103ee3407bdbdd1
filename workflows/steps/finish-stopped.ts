import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'
import { isBeingStopped } from '../stop-order.ts'

/** Nothing is left of this node but its identity and its data. */
export const finishStopped = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const nodeId = nodeOf(input)
      if (isBeingStopped(draft.broker(nodeId))) draft.enterBroker(nodeId, 'Stopped', { health: 'Unknown' })
    })
    return {}
  },
})
