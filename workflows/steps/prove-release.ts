import { levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import { listenerPorts } from '../../shared/kafka/listeners.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { operationOf, ownedBroker } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/**
 * The new release itself answers at every listener of the node, and not an old process that was taken for it: it knows the
 * newest level of metadata of that release, and the host says that it was started from its jars (kafka-operations §5.7).
 */
export const proveRelease = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { to } = upgradeOf(await operationOf(ports, input))
    const { cluster, broker } = await ownedBroker(ports, input)
    const { nodeId, address, roles } = broker
    const all = await brokersOf(ports.store, tenantId, clusterId)
    const level = levelsOfRelease(to)['metadata.version']
    const own = new Set([
      ...(roles.includes('broker') ? [`${address}:${listenerPorts.REPLICATION}`] : []),
      ...(roles.includes('controller') ? [`${address}:${listenerPorts.CONTROLLER}`] : []),
    ])
    await pollOneCall(ports, async () => {
      const observed = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record.observed
      const started = observed?.process.kafkaVersion
      if (started !== to)
        return `The host of node ${nodeId} runs Kafka ${started ?? 'of an unknown release'}, not ${to}.`
      return lookAtKafka(async () => {
        const { nodes } = await ports.kafka.features(kafkaTarget(cluster, all))
        for (const listener of own) {
          const supported = nodes.find(({ address: asked }) => asked === listener)?.supported?.get('metadata.version')
          if (supported?.max !== level)
            return `${listener} knows metadata up to level ${supported?.max ?? 'nobody told'}, Kafka ${to} up to ${level}.`
        }
        return undefined
      })
    })
    return {}
  },
})
