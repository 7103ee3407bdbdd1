import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { lookAtKafka, pollUnlessHostsFail } from '../kafka-view.ts'
import { ownedBroker } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The node serves: a broker stands in the metadata (which lists unfenced brokers only) of the right cluster with the
 * right rack; a controller has caught up with the quorum (kafka-operations §2.3 and §5.1, step 9).
 */
export const awaitBroker = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { cluster, broker } = await ownedBroker(ports, input)
    const all = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const target = kafkaTarget(cluster, all)
    const ownHost = broker.joining === undefined ? undefined : broker.nodeId
    const look = () =>
      lookAtKafka(async () => {
        if (!broker.roles.includes('broker')) {
          const { voters } = await ports.kafka.quorum(target)
          const caughtUp = voters.some((voter) => voter.nodeId === broker.nodeId && voter.caughtUp)
          return caughtUp ? undefined : `Controller ${broker.nodeId} has not caught up with the quorum yet.`
        }
        const seen = await ports.kafka.brokers(target)
        if (seen.kafkaClusterUuid !== cluster.kafkaClusterUuid) {
          throw new DomainError(
            'HOST_FAILED',
            `The brokers belong to Kafka cluster ${seen.kafkaClusterUuid}, not to ours.`,
          )
        }
        const view = seen.brokers.find(({ nodeId }) => nodeId === broker.nodeId)
        if (!view) return `Broker ${broker.nodeId} has not registered and been unfenced yet.`
        if (view.rack !== broker.zone) {
          throw new DomainError(
            'HOST_FAILED',
            `Broker ${broker.nodeId} says it is in ${view.rack}, but it was placed in ${broker.zone}.`,
          )
        }
        return undefined
      })
    await pollUnlessHostsFail(ports, input, look, ownHost)
    return {}
  },
})
