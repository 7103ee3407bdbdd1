import { changeCluster } from '../../shared/state/change-cluster.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { hostSpec } from '../host-spec.ts'
import { ownedBroker } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The broker's volume has its new size; the file system on it does not know yet. */
export const growVolume = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { cluster, broker } = await ownedBroker(ports, input)
    const { changeableAt } = await ports.hosts.growVolume({
      ...hostSpec(cluster, broker),
      volumeGiB: countedGiB(broker),
    })
    await changeCluster(ports, input, (draft) => {
      if (changeableAt === undefined || draft.broker(broker.nodeId).volumeChangeableAt === changeableAt) return
      draft.setBroker(broker.nodeId, { volumeChangeableAt: changeableAt })
    })
    return {}
  },
})
