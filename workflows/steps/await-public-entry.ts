import { brokersOf } from '../../shared/state/load.ts'
import { entryBrokers } from '../led-brokers.ts'
import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/** An entry looks at its brokers every ten seconds or so; more looks at the entry tell nothing new. */
const LOOK_INTERVAL_MILLISECONDS = 5000

/** Clients from the internet reach every broker through the entry of the cluster, where it has one. */
export const awaitPublicEntry = defineStep({
  needs: ['publicEntries'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { publicEntry } = await ownedCluster(ports, input)
    if (!publicEntry) return {}
    const brokers = entryBrokers(await brokersOf(ports.store, tenantId, clusterId))
    const look = () => ports.publicEntries.missingOf({ tenantId, clusterId }, brokers)
    await pollOneCall(ports, look, LOOK_INTERVAL_MILLISECONDS)
    return {}
  },
})
