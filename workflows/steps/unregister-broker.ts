import { assertEmpty } from '../empty-broker.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * Kafka has forgotten the broker, whose machine is gone: its registration would keep the cluster from later feature levels, and its
 * throttles would outlive it (kafka-operations §5.5). A topic may have been made on it up to the moment of its end, so it is
 * looked at once more; its volume is still there then.
 */
export const unregisterBroker = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const target = await assertEmpty(ports, input)
    if (!target) return {}
    await ports.kafka.clearBrokerThrottles(target, [nodeOf(input)])
    await ports.kafka.unregisterBroker(target, nodeOf(input))
    return {}
  },
})
