import { enterPhase } from '../power-phase.ts'
import { defineStep } from '../step.ts'

/** What is not stopped yet is on its way there, for a stop or for a delete that keeps it: nothing more is promised to clients. */
export const enterStopping = defineStep({
  needs: [],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    await enterPhase(ports, input, 'Stopping', (draft, { nodeId, status }) => {
      const stage = draft.operation().type === 'deleteCluster' ? 'Deleting' : 'Stopping'
      if (draft.cluster().status !== stage || draft.cluster().health !== 'Unknown') draft.enterCluster(stage, 'Unknown')
      if (status !== 'Stopped' && status !== stage) draft.enterBroker(nodeId, stage, { health: 'Unknown' })
    })
    return {}
  },
})
