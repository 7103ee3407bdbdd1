import { ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node's address is free for another cluster. */
export const removeAddress = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.hosts.removeAddress({ tenantId: input.tenantId, clusterId: input.clusterId, nodeId: nodeOf(input) })
    return {}
  },
})
