import { nextToRoll } from '../../shared/kafka-safety/roll-order.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { phaseNodes, restartMode } from '../../shared/state/operation-phases.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The border between two brokers: heeds a wish to pause or cancel, and otherwise names the broker that comes next, and how. Brokers
 * that this operation is done with are passed over, so that an operation that is taken up again goes on where it was.
 */
export const chooseNode = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { cluster, operation } = await ownedOperation(ports, input)
    const { control, operationId } = operation
    const nodes = phaseNodes(operation, 'updateConfig')
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const left = brokers.filter(({ nodeId, doneIn }) => (nodes?.includes(nodeId) ?? true) && doneIn !== operationId)
    if (left.length === 0) return { verdict: 'Done' }
    if (control !== undefined) return { verdict: control }
    const { leaderId } = await ports.kafka.quorum(kafkaTarget(cluster, brokers))
    const next = nextToRoll(left, leaderId)
    return next ? { verdict: 'Next', nodeId: next.nodeId, mode: restartMode(operation) } : { verdict: 'Done' }
  },
})
