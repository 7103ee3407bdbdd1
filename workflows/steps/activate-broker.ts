import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker serves from now on; one that has joined a cluster is billed from now on, too. */
export const activateBroker = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const broker = draft.broker(nodeOf(input))
      if (broker.status === 'Active') return
      draft.enterBroker(broker.nodeId, 'Active', { health: 'Healthy' })
      if (broker.joining === undefined) return
      const { nodeId, volumeGiB } = broker
      draft.settleBroker(nodeId)
      draft.bill([{ nodeId, instanceType: draft.cluster().spec.brokers.instanceType, volumeGiB }], 'broker active')
    })
    return {}
  },
})
