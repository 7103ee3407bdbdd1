import { changeCluster } from '../../shared/state/change-cluster.ts'
import { removeNode } from '../../shared/state/remove-node.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker is gone: its records with it, its share of the tenant's limits given back, and nothing of it is billed any more. */
export const finishRemoval = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const nodeId = nodeOf(input)
    await changeCluster(ports, input, async (draft) => {
      const broker = draft.brokers().find((candidate) => candidate.nodeId === nodeId)
      if (broker?.status === 'Deleting') await removeNode(ports.store, draft, nodeId)
    })
    return {}
  },
})
