import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { uncordon } from '../cordon.ts'
import { namedPartitions } from '../emptiness.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { defineStep } from '../step.ts'

/**
 * Kafka knows the broker no more: the setting that kept it empty is gone, told to the controllers because the broker is down, and
 * then its registration, which would block later upgrades. Kafka itself would forget a broker that holds replicas, too, so it is
 * asked once more (kafka-operations §5.5, step 8).
 */
export const forgetBroker = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const leaving = await leavingBroker(ports, input, 'Deleting')
    if (!leaving) return {}
    const { cluster, broker } = leaving
    const { nodeId } = broker
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const target = kafkaTarget(cluster, brokers)
    const missing = await lookAtKafka(async () => {
      const [first, ...others] = await namedPartitions(ports, target, nodeId)
      if (first !== undefined)
        return `Broker ${nodeId} is still named by ${1 + others.length} partitions, ${first} among them.`
      await uncordon(ports, cluster, brokers, [broker])
      await ports.kafka.unregisterBroker(target, nodeId)
      const registered = await ports.kafka.registeredBrokers(target)
      const isLeft = registered !== 'unknown' && registered.some((seen) => seen.nodeId === nodeId)
      return isLeft ? `Broker ${nodeId} is still registered.` : undefined
    })
    if (missing !== undefined) throw new DomainError('NOT_YET', missing)
    return {}
  },
})
