import { changeHost } from '../../shared/state/settle-host.ts'
import { hostSpec } from '../host-spec.ts'
import { makeOwned, ownedBroker } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The node has its data volume, which outlives every machine it is attached to. */
export const ensureVolume = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { cluster, broker } = await ownedBroker(ports, input)
    const spec = hostSpec(cluster, broker)
    const { volumeId } = await makeOwned(
      ports,
      input,
      () => ports.hosts.ensureVolume(spec),
      () => ports.hosts.removeVolume(spec),
    )
    await changeHost(ports, tenantId, clusterId, nodeOf(input), (host) => ({ ...host, volumeId }))
    return {}
  },
})
