import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** A broker that did not come up is begun with again. */
export const enterBrokerStarting = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      if (draft.broker(nodeOf(input)).status === 'Error')
        draft.enterBroker(nodeOf(input), 'Starting', { health: 'Unknown' })
    })
    return {}
  },
})
