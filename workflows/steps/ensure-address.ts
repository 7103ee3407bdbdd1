import { changeCluster } from '../../shared/state/change-cluster.ts'
import { makeOwned, ownedBroker } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node has the address that it keeps for life, over every replacement of its machine. */
export const ensureAddress = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { broker } = await ownedBroker(ports, input)
    if (broker.address !== undefined) return {}
    const node = { tenantId, clusterId, nodeId: nodeOf(input) }
    const { address } = await makeOwned(
      ports,
      input,
      () => ports.hosts.ensureAddress({ ...node, zone: broker.zone }),
      () => ports.hosts.removeAddress(node),
    )
    await changeCluster(ports, input, (draft) => draft.setBroker(broker.nodeId, { address }))
    return {}
  },
})
