import { changeCluster } from '../../shared/state/change-cluster.ts'
import { restOperation } from '../../shared/state/control-operation.ts'
import { defineStep } from '../step.ts'

/** The operation rests between two brokers until someone lets it go on or cancels it. */
export const recordPaused = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, async (draft) => {
      if (draft.operation().state === 'Running') await restOperation(ports, draft)
    })
    return {}
  },
})
