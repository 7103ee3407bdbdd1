import { changeCluster } from '../../shared/state/change-cluster.ts'
import { nodeVersion } from '../../shared/state/node-version.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { defineStep, nodeOf } from '../step.ts'

/** It is this node's turn to get the release: from here on until that is proven it may run either. */
export const enterUpgrading = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { finishedAt } = draft.operation()
      const { to } = upgradeOf(draft.operation())
      const node = draft.broker(nodeOf(input))
      // A call that comes late finds the node done with, or the operation over.
      const isDone = nodeVersion(draft.cluster(), node) === to && node.orderedVersion === undefined
      if (finishedAt !== undefined || isDone) return
      draft.enterBroker(node.nodeId, 'Upgrading', { orderedVersion: to })
    })
    return {}
  },
})
