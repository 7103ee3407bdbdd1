import { brokersOf } from '../../shared/state/load.ts'
import { changeBrokers } from '../change-brokers.ts'
import { entryBrokers } from '../led-brokers.ts'
import { makeOwned, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The cluster and its brokers have the names that clients from the internet will know them by: names of the deployment where it gives
 * any, and else what the entry itself is called.
 */
export const ensurePublicNames = defineStep({
  needs: ['names'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { publicEntry, publicNames } = await ownedCluster(ports, input)
    if (!publicEntry || publicNames !== undefined) return {}
    const nodeIds = entryBrokers(await brokersOf(ports.store, tenantId, clusterId)).map(({ nodeId }) => nodeId)
    const given = await makeOwned(
      ports,
      input,
      () => ports.names.ensurePublicNames({ tenantId, clusterId }, nodeIds, publicEntry),
      () => ports.names.removeNames({ tenantId, clusterId }),
    )
    const names = new Map(given?.brokers.map(({ nodeId, name }) => [nodeId, name]))
    await changeBrokers(
      ports,
      input,
      nodeIds,
      (draft, nodeId) => draft.setBroker(nodeId, { publicName: names.get(nodeId) ?? publicEntry.host }),
      (draft) =>
        draft.setCluster({
          publicNames: given
            ? { bootstrap: given.bootstrap, changeId: given.changeId }
            : { bootstrap: publicEntry.host },
        }),
    )
    return {}
  },
})
