import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep } from '../step.ts'

/** All hosts are prepared: from here on the brokers come into being one after the other. */
export const enterCreating = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      if (draft.cluster().status === 'Starting') draft.enterCluster('Creating', 'Unknown')
    })
    return {}
  },
})
