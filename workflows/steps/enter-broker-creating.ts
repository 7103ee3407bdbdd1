import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** It is this broker's turn to be created. */
export const enterBrokerCreating = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      if (draft.broker(nodeOf(input)).status === 'Starting') draft.enterBroker(nodeOf(input), 'Creating')
    })
    return {}
  },
})
