import { loadHost } from '../../shared/state/load.ts'
import { passEmptyVolumeGate } from '../empty-volume-gate.ts'
import { hostSpec } from '../host-spec.ts'
import { changeOwnedHost, makeOwned, ownedBroker } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * An empty volume takes the place of a lost one, which is removed first: a node never has two. What is left of the old one
 * may be the last copy of something, so the guards are asked before it goes.
 */
export const replaceVolume = defineStep({
  needs: ['hosts', 'kafka', 'certificates'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const nodeId = nodeOf(input)
    const { cluster, broker } = await ownedBroker(ports, input)
    const lost = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    if (lost?.emptyVolume?.state === 'Lost') {
      await passEmptyVolumeGate(ports, input)
      await ports.hosts.removeVolume({ tenantId, clusterId, nodeId }, lost.volumeId)
      await changeOwnedHost(ports, input, (host) => {
        if (host.emptyVolume?.state !== 'Lost' || host.volumeId !== lost.volumeId) return host
        const { closedSince: _, ...emptyVolume } = host.emptyVolume
        const volumeIncarnation = (host.volumeIncarnation ?? 1) + 1
        return { ...host, volumeIncarnation, emptyVolume: { ...emptyVolume, state: 'Empty' } }
      })
    }
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    if (host?.emptyVolume?.state !== 'Empty') return {}
    const spec = hostSpec(cluster, broker, host)
    const { volumeId } = await makeOwned(
      ports,
      input,
      () => ports.hosts.ensureVolume(spec),
      () => ports.hosts.removeVolume(spec),
    )
    await changeOwnedHost(ports, input, (current) =>
      current.volumeId === volumeId || current.volumeIncarnation !== host.volumeIncarnation
        ? current
        : { ...current, volumeId },
    )
    return {}
  },
})
