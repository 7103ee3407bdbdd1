import { followNetwork } from '../follow-network.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The cluster's security group lets in those who were ordered to be let in, and nobody else. */
export const ensureSecurityGroup = defineStep({
  needs: ['hosts'],
  // The fleet looks for half a minute in each of its calls.
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    await ownedCluster(ports, input)
    await followNetwork(ports, { tenantId, clusterId })
    await ownedCluster(ports, input)
    return {}
  },
})
