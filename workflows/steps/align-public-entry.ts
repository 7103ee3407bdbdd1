import { alignWithRecords } from '../align.ts'
import { entryBrokers } from '../led-brokers.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The public entry of the cluster, where it has one, has a port for exactly the brokers that there are, and its common port leads to
 * those that belong to the cluster: not yet to one that joins, no more to one that leaves.
 */
export const alignPublicEntry = defineStep({
  needs: ['publicEntries'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const ref = { tenantId: input.tenantId, clusterId: input.clusterId }
    if ((await ownedCluster(ports, input)).publicEntry === undefined) return {}
    await alignWithRecords(ports, input, {
      wanted: entryBrokers,
      make: (brokers) => ports.publicEntries.ensureEntry(ref, brokers),
      removeAll: () => ports.publicEntries.removeEntry(ref),
    })
    return {}
  },
})
