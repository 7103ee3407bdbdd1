import { DomainError } from '../../shared/errors/domain-error.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { loadBroker, loadHost } from '../../shared/state/load.ts'
import { hostSpec } from '../host-spec.ts'
import { changeOwnedHost, makeOwned, ownedBroker } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node has a machine that is switched on, with its volume and address. */
export const ensureInstance = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { cluster, broker } = await ownedBroker(ports, input)
    const host = await loadHost(ports.store, tenantId, clusterId, nodeOf(input))
    const { address } = broker
    const volumeId = host?.record.volumeId
    if (address === undefined || volumeId === undefined) {
      throw new DomainError('HOST_NOT_READY', `Node ${broker.nodeId} has no address or no volume yet.`)
    }
    if (isGivenBack(broker)) throw tooLate()
    const spec = hostSpec(cluster, broker, host?.record)
    const { instanceId } = await makeOwned(
      ports,
      input,
      () => ports.hosts.ensureInstance(spec, volumeId, address),
      () => ports.hosts.removeInstance(spec, spec.incarnation),
    )
    // A call that hung must leave no machine to a node that was stopped meanwhile.
    if (isGivenBack((await loadBroker(ports.store, tenantId, clusterId, broker.nodeId)).record)) {
      await ports.hosts.removeInstance(spec, spec.incarnation)
      throw tooLate()
    }
    await changeOwnedHost(ports, input, (current) =>
      current.instanceId === instanceId && current.address === address ? current : { ...current, instanceId, address },
    )
    return {}

    function tooLate(): DomainError {
      return new DomainError('OPERATION_SUPERSEDED', `Node ${broker.nodeId} is being stopped.`)
    }
  },
})

const isGivenBack = ({ status }: BrokerRecord) => status === 'Stopping' || status === 'Stopped'
