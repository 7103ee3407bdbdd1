import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { CORDON } from '../cordon.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/**
 * The broker has no dynamic setting of its own any more but that which keeps it empty. Kafka keeps such settings by the node's id
 * when the broker is gone, and only the broker itself tells which it has, so they go while it is up (kafka-operations §5.5, step 6).
 */
export const clearBrokerConfig = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const leaving = await leavingBroker(ports, input, 'Draining')
    if (!leaving) return {}
    const { cluster, broker } = leaving
    const { nodeId } = broker
    const target = kafkaTarget(cluster, await brokersOf(ports.store, input.tenantId, input.clusterId))
    await pollOneCall(ports, async () => {
      const { settings } = await ports.kafka.brokerFacts(target, nodeId)
      const own = [...settings].flatMap(([key, { override }]) =>
        override === undefined || key === CORDON ? [] : [key],
      )
      if (own.length === 0) return undefined
      await ports.kafka.clearOverrides(target, nodeId, own)
      return `Broker ${nodeId} still has settings of its own: ${own.join(', ')}.`
    }).catch((thrown: unknown) => {
      if (!(thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE')) throw thrown
      throw new DomainError('NOT_YET', thrown.message)
    })
    return {}
  },
})
