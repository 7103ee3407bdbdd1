import { brokersOf } from '../../shared/state/load.ts'
import { changeBrokers } from '../change-brokers.ts'
import { isOnWayBack } from '../choose-group.ts'
import { defineStep } from '../step.ts'

/** What does not serve is on its way there. */
export const enterStarting = defineStep({
  needs: [],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const nodes = brokers.map(({ nodeId }) => nodeId)
    await changeBrokers(ports, input, nodes, (draft, nodeId) => {
      if (isOnWayBack(draft.operation(), 'Starting')) return
      if (draft.cluster().status !== 'Starting') draft.enterCluster('Starting', 'Unknown')
      const { status } = draft.broker(nodeId)
      if (status !== 'Active' && status !== 'Starting') draft.enterBroker(nodeId, 'Starting', { health: 'Unknown' })
    })
    return {}
  },
})
