import { changeCluster } from '../../shared/state/change-cluster.ts'
import { phaseNodes } from '../../shared/state/operation-phases.ts'
import { defineStep } from '../step.ts'

/**
 * The configuration is what changes from here on, also where volumes were grown first. Answers the nodes that this will
 * restart and that are not done yet: each shows the new configuration to Kafka before the first of them is stopped.
 */
export const enterUpdating = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) =>
    changeCluster(ports, input, (draft) => {
      const { status, health } = draft.cluster()
      if (status === 'Extending') draft.enterCluster('Updating', health)
      const { operationId } = draft.operation()
      const nodes = phaseNodes(draft.operation(), 'updateConfig') ?? []
      return { nodes: nodes.filter((nodeId) => draft.broker(nodeId).doneIn !== operationId) }
    }),
})
