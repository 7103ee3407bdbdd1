import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { lookForVolumes } from '../look-for-volumes.ts'
import { judged, lossOf, refuseLostQuorum } from '../lost-volume.ts'
import { changeOwnedHost, ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * Finds out which nodes have lost their volume, before anything is started: from here on Kafka is held back on those, and
 * only the guards let it run again. QUORUM_AT_RISK where most controllers have lost theirs.
 */
export const assessVolumes = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId, attempt } = input
    const { nodes = [], repair } = (await ownedOperation(ports, input)).operation
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const known = { resources: await lookForVolumes(ports, input, hosts), hosts, wish: repair }
    refuseLostQuorum(brokers, known)
    const mark = `${operationId}/${attempt}`
    for (const { nodeId } of brokers.filter((broker) => nodes.includes(broker.nodeId) && broker.doneIn !== operationId))
      await changeOwnedHost(ports, { ...input, nodeId }, (host) => judged(host, mark, lossOf(nodeId, known)))
    return {}
  },
})
