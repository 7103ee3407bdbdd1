import { ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node's data is gone; nothing is billed for it from here on. */
export const removeVolume = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.hosts.removeVolume({ tenantId: input.tenantId, clusterId: input.clusterId, nodeId: nodeOf(input) })
    return {}
  },
})
