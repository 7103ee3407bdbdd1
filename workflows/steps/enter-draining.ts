import { changeCluster } from '../../shared/state/change-cluster.ts'
import { staysWithout } from '../../shared/state/leaving.ts'
import { changeBrokers } from '../change-brokers.ts'
import { defineStep } from '../step.ts'

/** The brokers that leave are on their way out, all at once, and what is ordered is as many as stay. */
export const enterDraining = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const leaving = await changeCluster(ports, input, (draft) => {
      const { nodes = [], finishedAt } = draft.operation()
      // A call that comes late finds the operation over.
      if (finishedAt !== undefined) return []
      return nodes.filter((nodeId) => draft.brokers().some((broker) => broker.nodeId === nodeId))
    })
    await changeBrokers(
      ports,
      input,
      leaving,
      (draft, nodeId) => {
        const broker = draft.brokers().find((candidate) => candidate.nodeId === nodeId)
        if (broker && broker.status !== 'Draining' && broker.status !== 'Deleting')
          draft.enterBroker(nodeId, 'Draining')
      },
      (draft) => staysWithout(draft, leaving),
    )
    return {}
  },
})
