import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Nobody is let in any more, and no name or rule is left in the network. */
export const removeSecurityGroup = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.hosts.removeSecurityGroup({ tenantId: input.tenantId, clusterId: input.clusterId })
    return {}
  },
})
