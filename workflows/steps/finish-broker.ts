import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker is gone, and its storage is no longer billed. */
export const finishBroker = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { nodeId, status, joining } = draft.broker(nodeOf(input))
      if (status === 'Deleted') return
      draft.enterBroker(nodeId, 'Deleted')
      if (draft.cluster().ledgerSequence > 0 && joining === undefined)
        draft.bill([{ nodeId, volumeGiB: 0 }], 'volume deleted')
    })
    return {}
  },
})
