import { isLeaving } from '../../shared/state/leaving.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { cordon, uncordon } from '../cordon.ts'
import { leavingBrokers } from '../leaving-broker.ts'
import { defineStep } from '../step.ts'

/** Kafka puts nothing new on the brokers that leave, where its release can be told so (kafka-operations §5.5, step 2). */
export const cordonBrokers = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { cluster, brokers, leaving } = await leavingBrokers(ports, input)
    const draining = leaving.filter(({ status }) => status === 'Draining')
    await cordon(ports, cluster, brokers, draining)
    // A call that hung while they were taken back, or went, takes back what it set.
    const now = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const isMeant = (nodeId: number) => now.some((broker) => broker.nodeId === nodeId && isLeaving(broker))
    const late = draining.filter(({ nodeId }) => !isMeant(nodeId))
    if (late.length > 0) await uncordon(ports, cluster, now, late)
    return {}
  },
})
