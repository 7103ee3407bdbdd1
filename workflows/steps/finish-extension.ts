import { changeCluster } from '../../shared/state/change-cluster.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The broker has its new size, which is billed from here on, and the operation is done with it. */
export const finishExtension = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const broker = draft.broker(nodeOf(input))
      if (broker.extendedIn === input.operationId) return
      const { nodeId } = broker
      const volumeGiB = countedGiB(broker)
      draft.enterBroker(nodeId, 'Active', { health: 'Healthy', extendedIn: input.operationId, volumeGiB })
      const { instanceType } = draft.cluster().spec.brokers
      draft.bill([{ nodeId, instanceType, volumeGiB }], 'volume extended')
    })
    return {}
  },
})
