import { hostSpec } from '../host-spec.ts'
import { changeOwnedHost, makeOwned, ownedBroker } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The node has its data volume, which outlives every machine it is attached to. */
export const ensureVolume = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { cluster, broker } = await ownedBroker(ports, input)
    const spec = hostSpec(cluster, broker)
    const { volumeId } = await makeOwned(
      ports,
      input,
      () => ports.hosts.ensureVolume(spec),
      () => ports.hosts.removeVolume(spec),
    )
    await changeOwnedHost(ports, input, (host) => (host.volumeId === volumeId ? host : { ...host, volumeId }))
    return {}
  },
})
