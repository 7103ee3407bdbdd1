import { enterPhase } from '../power-phase.ts'
import { defineStep } from '../step.ts'

/** What does not serve is on its way there. */
export const enterStarting = defineStep({
  needs: [],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    await enterPhase(ports, input, 'Starting', (draft, { nodeId, status }) => {
      if (draft.cluster().status !== 'Starting') draft.enterCluster('Starting', 'Unknown')
      if (status !== 'Active' && status !== 'Starting') draft.enterBroker(nodeId, 'Starting', { health: 'Unknown' })
    })
    return {}
  },
})
