import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker is going. */
export const enterBrokerDeleting = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      if (draft.broker(nodeOf(input)).status !== 'Deleted')
        draft.enterBroker(nodeOf(input), 'Deleting', { health: 'Unknown' })
    })
    return {}
  },
})
