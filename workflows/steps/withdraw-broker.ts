import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { removeNode } from '../../shared/state/remove-node.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * A broker that was to join is gone with its records and what it counted against the limits. With the last of them the order is for
 * as many brokers again as there are.
 */
export const withdrawBroker = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const nodeId = nodeOf(input)
    await changeCluster(ports, input, async (draft) => {
      if (!draft.brokers().some((broker) => broker.nodeId === nodeId && broker.joining === input.operationId)) return
      await removeNode(ports.store, draft, nodeId)
      if (!draft.brokers().some(({ joining }) => joining === input.operationId)) orderWhatIsThere(draft)
    })
    return {}
  },
})

function orderWhatIsThere(draft: Draft): void {
  const { spec, specRevision } = draft.cluster()
  const count = draft.brokers().filter(({ roles }) => roles.includes('broker')).length
  draft.setCluster({ spec: { ...spec, brokers: { ...spec.brokers, count } }, specRevision: specRevision + 1 })
}
