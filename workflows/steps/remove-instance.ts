import { ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node's machine is gone, and with it every process that could write to the volume. */
export const removeInstance = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    await ports.hosts.removeInstance({ tenantId: input.tenantId, clusterId: input.clusterId, nodeId: nodeOf(input) })
    return {}
  },
})
