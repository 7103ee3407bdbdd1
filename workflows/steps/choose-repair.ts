import { isHeldBack } from '../../shared/state/empty-volume.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { isMarked } from '../lost-volume.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * Names the broker that comes next and whether it has to be started, with its volume or on an empty one, or waited for; a
 * wish to pause or cancel is heeded while none is half done. Those with an empty volume come last, because the others have to
 * vouch for them. It asks no Kafka, which may be down as a whole.
 */
export const chooseRepair = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const { control, nodes = [] } = (await ownedOperation(ports, input)).operation
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const left = brokers.filter(({ nodeId, doneIn }) => nodes.includes(nodeId) && doneIn !== operationId)
    if (left.length === 0) return { verdict: 'Done' }
    if (control !== undefined && left.every(({ status }) => status !== 'Repairing')) return { verdict: control }
    const hostOf = (id: number) => hosts.find(({ nodeId }) => nodeId === id)
    const isEmpty = (nodeId: number) => isHeldBack(hostOf(nodeId) ?? { nodeId, generation: 0 })
    const down = left.filter(({ nodeId, status }) => {
      const host = hostOf(nodeId)
      return status !== 'Repairing' || !isMarked(host?.restartedFor, host, operationId)
    })
    const next = down.find(({ nodeId }) => !isEmpty(nodeId)) ?? down[0]
    if (next) return { verdict: isEmpty(next.nodeId) ? 'StartEmpty' : 'Start', nodeId: next.nodeId }
    return { verdict: 'Verify', nodeId: left[0]?.nodeId }
  },
})
