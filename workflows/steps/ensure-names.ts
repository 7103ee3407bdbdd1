import { brokersOf } from '../../shared/state/load.ts'
import { changeBrokers } from '../change-brokers.ts'
import { namedBrokers } from '../led-brokers.ts'
import { makeOwned, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The cluster and its brokers have the names that clients will know them by, where the deployment gives names. They are
 * written down once: a cluster that came up under its addresses keeps them.
 */
export const ensureNames = defineStep({
  needs: ['names'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    if ((await ownedCluster(ports, input)).names !== undefined) return {}
    const brokers = namedBrokers(await brokersOf(ports.store, tenantId, clusterId))
    const given = await makeOwned(
      ports,
      input,
      () => ports.names.ensureNames({ tenantId, clusterId }, brokers),
      () => ports.names.removeNames({ tenantId, clusterId }),
    )
    if (!given) return {}
    const { bootstrap, changeId } = given
    const names = new Map(given.brokers.map(({ nodeId, name }) => [nodeId, name]))
    await changeBrokers(
      ports,
      input,
      [...names.keys()],
      (draft, nodeId) => {
        const name = names.get(nodeId)
        if (name !== undefined) draft.setBroker(nodeId, { name })
      },
      (draft) => draft.setCluster({ names: { bootstrap, changeId } }),
    )
    return {}
  },
})
