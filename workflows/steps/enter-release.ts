import { changeCluster } from '../../shared/state/change-cluster.ts'
import { nodeVersion } from '../../shared/state/node-version.ts'
import { orderRelease, upgradeOf } from '../../shared/state/upgrade-order.ts'
import { defineStep } from '../step.ts'

/**
 * The release is what the cluster shall run from here on. Answers the nodes that do not run it yet: each shows the new release
 * what it would be started with before the first of them is stopped.
 */
export const enterRelease = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) =>
    changeCluster(ports, input, (draft) => {
      const { finishedAt } = draft.operation()
      const { to } = upgradeOf(draft.operation())
      if (finishedAt === undefined) orderRelease(draft)
      const left = draft.brokers().filter((node) => nodeVersion(draft.cluster(), node) !== to || node.orderedVersion)
      return { nodes: left.map(({ nodeId }) => nodeId) }
    }),
})
