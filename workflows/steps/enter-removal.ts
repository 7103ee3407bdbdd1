import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker is stopped and holds nothing: from here on it only goes, and its compute is no longer billed. */
export const enterRemoval = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const nodeId = nodeOf(input)
    await changeCluster(ports, input, (draft) => {
      const broker = draft.brokers().find((candidate) => candidate.nodeId === nodeId)
      if (broker?.status !== 'Draining') return
      draft.enterBroker(nodeId, 'Deleting', { health: 'Unknown' })
      draft.bill([{ nodeId, volumeGiB: broker.volumeGiB }], 'broker stopped')
    })
    return {}
  },
})
