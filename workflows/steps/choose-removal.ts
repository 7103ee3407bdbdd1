import { leavingBrokers, nodesToStop } from '../leaving-broker.ts'
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
    const { operation, leaving: left } = await leavingBrokers(ports, input)
    const toStop = await nodesToStop(ports, input)
    const going = left.find(({ status }) => status === 'Deleting')
    if (going) return { verdict: 'Remove', nodeId: going.nodeId }
    const stopping = left.find(({ status, nodeId }) => status === 'Draining' && toStop.has(nodeId))
    if (stopping) return { verdict: 'Stop', nodeId: stopping.nodeId }
    if (left.length === 0) return { verdict: 'Done' }
    if (operation.control !== undefined) return { verdict: operation.control }
    const isBegun = left.every(({ status }) => status === 'Draining')
    return { verdict: isBegun ? 'Next' : 'Drain', nodeId: left[0]?.nodeId }
  },
})
