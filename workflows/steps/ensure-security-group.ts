import { changeCluster } from '../../shared/state/change-cluster.ts'
import { hasPhase } from '../../shared/state/operation-phases.ts'
import { followNetwork } from '../follow-network.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The cluster's security group lets in those who were ordered to be let in, and nobody else. */
export const ensureSecurityGroup = defineStep({
  needs: ['hosts'],
  // The fleet looks for half a minute in each of its calls.
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { operation } = await ownedOperation(ports, input)
    if (!hasPhase(operation, 'updateNetwork')) return {}
    await followNetwork(ports, { tenantId, clusterId })
    await changeCluster(ports, input, (draft) => {
      const { networkLags, ...inForce } = draft.cluster()
      if (networkLags) draft.replaceCluster(inForce)
    })
    return {}
  },
})
