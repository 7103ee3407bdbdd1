import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** No name leads to the cluster any more; before its addresses are free for another one. */
export const removeNames = defineStep({
  needs: ['names'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.names.removeNames({ tenantId: input.tenantId, clusterId: input.clusterId })
    return {}
  },
})
