import { brokersOf } from '../../shared/state/load.ts'
import { changeBrokers } from '../change-brokers.ts'
import { isOnWayBack } from '../choose-group.ts'
import { defineStep } from '../step.ts'

/** What is not stopped yet is on its way there, for a stop or for a delete that keeps it: nothing more is promised to clients. */
export const enterStopping = defineStep({
  needs: [],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const nodes = brokers.map(({ nodeId }) => nodeId)
    await changeBrokers(ports, input, nodes, (draft, nodeId) => {
      if (isOnWayBack(draft.operation(), 'Stopping')) return
      const stage = draft.operation().type === 'deleteCluster' ? 'Deleting' : 'Stopping'
      if (draft.cluster().status !== stage || draft.cluster().health !== 'Unknown') draft.enterCluster(stage, 'Unknown')
      const { status } = draft.broker(nodeId)
      if (status !== 'Stopped' && status !== stage) draft.enterBroker(nodeId, stage, { health: 'Unknown' })
    })
    return {}
  },
})
