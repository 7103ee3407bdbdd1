import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { chooseGroup } from '../power-phase.ts'
import { defineStep } from '../step.ts'
import { controllersToStop } from '../stop-order.ts'

/** The controllers are stopped when no broker is left, one after the other, the active one last. */
export const chooseControllersToStop = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: (input, ports) =>
    chooseGroup(ports, input, 'Stopping', async (nodes, cluster) => {
      const left = controllersToStop(nodes, -1)
      if (left.length < 2) return left
      try {
        const { leaderId } = await ports.kafka.quorum(kafkaTarget(cluster, nodes))
        return controllersToStop(nodes, leaderId)
      } catch (thrown) {
        // Where there is no quorum any more, the order does not matter.
        if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return left
        throw thrown
      }
    }),
})
