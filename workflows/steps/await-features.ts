import { lateListeners } from '../../shared/kafka-safety/feature-gates.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'
import { wantedLevels } from '../wanted-levels.ts'

/** Every node itself says that it works at the levels that were finalised. */
export const awaitFeatures = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const nodes = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const to = await wantedLevels(ports, input)
    await pollOneCall(ports, () =>
      lookAtKafka(async () => {
        const late = lateListeners(await ports.kafka.features(kafkaTarget(cluster, nodes)), to)
        const ids = nodes.filter(({ address }) => late.some((node) => node.address.startsWith(`${address}:`)))
        return late.length === 0
          ? undefined
          : `Nodes ${ids.map(({ nodeId }) => nodeId).join(', ')} do not show the new levels yet.`
      }),
    )
    return {}
  },
})
