import type { OperationRecord } from '../../shared/records/operation.ts'
import { leavingNodes } from '../../shared/state/leaving.ts'
import { brokersOf, hostsOf, loadOperation } from '../../shared/state/load.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * The border between two brokers that leave: names the one that comes next, or heeds a wish to pause or cancel; `Drain` where they are
 * not on their way out yet, or no more. One whose stop was
 * asked for goes on its way first, whatever anybody wishes: it is gone before anything else is done.
 */
export const chooseRemoval = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    await ownedCluster(ports, input)
    const operation: OperationRecord = (await loadOperation(ports.store, tenantId, operationId)).record
    const left = leavingNodes(operation, await brokersOf(ports.store, tenantId, clusterId))
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const isToStop = (nodeId: number) =>
      hosts.find((host) => host.nodeId === nodeId)?.desired?.kafka.processState === 'Stopped'
    const going = left.find(({ status }) => status === 'Deleting')
    if (going) return { verdict: 'Remove', nodeId: going.nodeId }
    const stopping = left.find(({ status, nodeId }) => status === 'Draining' && isToStop(nodeId))
    if (stopping) return { verdict: 'Stop', nodeId: stopping.nodeId }
    if (left.length === 0) return { verdict: 'Done' }
    if (operation.control !== undefined) return { verdict: operation.control }
    const isBegun = left.every(({ status }) => status === 'Draining')
    return { verdict: isBegun ? 'Next' : 'Drain', nodeId: left[0]?.nodeId }
  },
})
