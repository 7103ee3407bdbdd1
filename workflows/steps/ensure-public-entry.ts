import { changeCluster } from '../../shared/state/change-cluster.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { entryBrokers } from '../led-brokers.ts'
import { makeOwned, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** A cluster that was ordered with public access has its entry from the internet, though nobody serves behind it yet. */
export const ensurePublicEntry = defineStep({
  needs: ['publicEntries'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { spec, publicEntry } = await ownedCluster(ports, input)
    if (spec.network.access !== 'public' || publicEntry !== undefined) return {}
    const brokers = entryBrokers(await brokersOf(ports.store, tenantId, clusterId))
    const made = await makeOwned(
      ports,
      input,
      () => ports.publicEntries.ensureEntry({ tenantId, clusterId }, brokers),
      () => ports.publicEntries.removeEntry({ tenantId, clusterId }),
    )
    await changeCluster(ports, input, (draft) => draft.setCluster({ publicEntry: made }))
    return {}
  },
})
