import { loadBrokers, loadHosts, loadOperation } from '../../shared/state/load.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * Names the broker that comes next and whether it has to be started or waited for; a wish to pause or cancel is heeded
 * while none is half done. It asks no Kafka, which may be down as a whole.
 */
export const chooseRepair = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    await ownedCluster(ports, input)
    const { control, nodes = [] } = (await loadOperation(ports.store, tenantId, operationId)).record
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const hosts = (await loadHosts(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const left = brokers.filter(({ nodeId, doneIn }) => nodes.includes(nodeId) && doneIn !== operationId)
    if (left.length === 0) return { verdict: 'Done' }
    if (control !== undefined && left.every(({ status }) => status !== 'Repairing')) return { verdict: control }
    const isStarted = (nodeId: number) => hosts.find((host) => host.nodeId === nodeId)?.restartedFor === operationId
    const down = left.find(({ nodeId, status }) => status !== 'Repairing' || !isStarted(nodeId))
    if (down) return { verdict: 'Start', nodeId: down.nodeId }
    return { verdict: 'Verify', nodeId: left[0]?.nodeId }
  },
})
