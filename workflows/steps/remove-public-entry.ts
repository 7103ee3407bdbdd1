import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Nothing leads from the internet to the cluster any more; before its addresses are free for another one. */
export const removePublicEntry = defineStep({
  needs: ['publicEntries'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.publicEntries.removeEntry({ tenantId: input.tenantId, clusterId: input.clusterId })
    return {}
  },
})
