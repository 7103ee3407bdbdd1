import { isLeaving, leavingNodes } from '../../shared/state/leaving.ts'
import { brokersOf, loadOperation } from '../../shared/state/load.ts'
import { cordon, uncordon } from '../cordon.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Kafka puts nothing new on the brokers that leave, where its release can be told so (kafka-operations §5.5, step 2). */
export const cordonBrokers = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const cluster = await ownedCluster(ports, input)
    const operation = (await loadOperation(ports.store, tenantId, operationId)).record
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const leaving = leavingNodes(operation, brokers).filter(({ status }) => status === 'Draining')
    await cordon(
      ports,
      cluster,
      brokers,
      leaving.map(({ nodeId }) => nodeId),
    )
    // A call that hung while they were taken back, or went, takes back what it set.
    const now = await brokersOf(ports.store, tenantId, clusterId)
    const isMeant = (nodeId: number) => now.some((broker) => broker.nodeId === nodeId && isLeaving(broker))
    const late = leaving.map(({ nodeId }) => nodeId).filter((nodeId) => !isMeant(nodeId))
    if (late.length > 0) await uncordon(ports, cluster, now, late)
    return {}
  },
})
