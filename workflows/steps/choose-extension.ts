import type { BrokerRecord } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { isFollowed, phaseNodes } from '../../shared/state/operation-phases.ts'
import { isGrown } from '../../shared/state/settle-host-wait.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/**
 * Names the broker that comes next and what it needs, or heeds a wish to pause or cancel where no broker is half done. One
 * broker after the other, with one exception: brokers whose Kafka is down are all grown before one of them is waited for,
 * because a quorum that was lost to full disks comes back only when most of them are up. It asks no Kafka, for the same
 * reason. Brokers that this operation is done with are passed over.
 */
export const chooseExtension = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const { operation } = await ownedOperation(ports, input)
    const { control } = operation
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    const left = (phaseNodes(operation, 'extendVolumes') ?? [])
      .flatMap((nodeId) => brokers.find((broker) => broker.nodeId === nodeId) ?? [])
      .filter(({ extendedIn }) => extendedIn !== operationId)
    const hostOf = ({ nodeId }: BrokerRecord) => hosts.find((host) => host.nodeId === nodeId)
    const ungrown = left.filter((broker) => !hasItsSize(broker, hostOf(broker)))
    const halfDone = left.find(({ status }) => status === 'Extending')
    if (left.length === 0 && !isFollowed(operation, 'extendVolumes')) return { verdict: 'Done' }
    if (control !== undefined && !halfDone) return { verdict: control }
    if (left.length === 0) return { verdict: 'Done' }
    const down = ungrown.find((broker) => hostOf(broker)?.observed?.process.state !== 'Running')
    if (down) return { verdict: 'Grow', nodeId: down.nodeId }
    const grown = left.find((broker) => broker.status === 'Extending' && !ungrown.includes(broker))
    if (grown) return { verdict: 'Verify', nodeId: grown.nodeId }
    return { verdict: 'Grow', nodeId: (halfDone ?? ungrown[0] ?? left[0])?.nodeId }
  },
})

function hasItsSize(broker: BrokerRecord, host: HostRecord | undefined): boolean {
  return host?.desired !== undefined && host.desired.volumeGiB >= countedGiB(broker) && isGrown(host)
}
