import { DomainError } from '../../shared/errors/domain-error.ts'
import { uncordon } from '../cordon.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { leavingBrokers } from '../leaving-broker.ts'
import { defineStep } from '../step.ts'

/** Kafka may put partitions on the brokers again that were to leave. */
export const uncordonBrokers = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { cluster, brokers, leaving } = await leavingBrokers(ports, input)
    const kept = leaving.filter(({ status }) => status !== 'Deleting')
    const missing = await lookAtKafka(async () => {
      await uncordon(ports, cluster, brokers, kept)
      return undefined
    })
    if (missing !== undefined) throw new DomainError('NOT_YET', missing)
    return {}
  },
})
