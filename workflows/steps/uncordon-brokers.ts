import { DomainError } from '../../shared/errors/domain-error.ts'
import { leavingNodes } from '../../shared/state/leaving.ts'
import { brokersOf, loadOperation } from '../../shared/state/load.ts'
import { uncordon } from '../cordon.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Kafka may put partitions on the brokers again that were to leave. */
export const uncordonBrokers = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const cluster = await ownedCluster(ports, input)
    const operation = (await loadOperation(ports.store, tenantId, operationId)).record
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const kept = leavingNodes(operation, brokers).filter(({ status }) => status !== 'Deleting')
    const missing = await lookAtKafka(async () => {
      await uncordon(
        ports,
        cluster,
        brokers,
        kept.map(({ nodeId }) => nodeId),
      )
      return undefined
    })
    if (missing !== undefined) throw new DomainError('NOT_YET', missing)
    return {}
  },
})
