import { nextToRoll } from '../../shared/kafka-safety/roll-order.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { nodeVersion } from '../../shared/state/node-version.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The border between two nodes of an upgrade: heeds a wish to pause or cancel, and otherwise names the node that comes next,
 * controllers first, the active one last among them. What a node was proven to run decides whether it is left, so that an
 * upgrade that was interrupted goes on wherever its nodes are (kafka-operations §5.7).
 */
export const chooseUpgrade = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { cluster, operation } = await ownedOperation(ports, input)
    const { to } = upgradeOf(operation)
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const left = brokers.filter((node) => nodeVersion(cluster, node) !== to || node.orderedVersion !== undefined)
    if (left.length === 0) return { verdict: 'Done' }
    if (operation.control !== undefined) return { verdict: operation.control }
    const { leaderId } = await ports.kafka.quorum(kafkaTarget(cluster, brokers))
    // One that is half done may be down, and no other node is stopped before it is back.
    const halfDone = left.filter(({ orderedVersion }) => orderedVersion !== undefined)
    const next = nextToRoll(halfDone.length > 0 ? halfDone : left, leaderId)
    return next ? { verdict: 'Next', nodeId: next.nodeId } : { verdict: 'Done' }
  },
})
