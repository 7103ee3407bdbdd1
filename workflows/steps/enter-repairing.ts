import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** It is this broker's turn to be brought back. */
export const enterRepairing = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) =>
      draft.enterBroker(nodeOf(input), 'Repairing', { health: 'Unavailable' }),
    )
    return {}
  },
})
