import { loadHost } from '../../shared/state/load.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { isMarked, repairMark } from '../lost-volume.ts'
import { changeOwnedHost, ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * A machine that is not heard of, or whose volume is lost, is gone before another one takes its place: two processes with one
 * node id never share a volume, and no volume is removed that a machine still holds. First its agent is refused, then it is
 * removed, then the next machine is due. Any other that is heard of stays.
 */
export const fenceHost = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const nodeId = nodeOf(input)
    await ownedCluster(ports, input)
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    const mark = repairMark(host, operationId)
    if (!host || isMarked(host.replacedFor, host, operationId)) return {}
    if (host.emptyVolume?.state !== 'Lost' && isHeard(host, ports.clock.now())) return {}
    // When it was last heard of stays: until the next one reports, the node is as silent as before.
    await changeOwnedHost(ports, input, (current) => {
      const { instanceId: _, observed: _observed, ...rest } = current
      // A call that hung finds the next machine in the place of the one that it meant.
      return isMarked(current.replacedFor, current, operationId) ? current : rest
    })
    await ports.hosts.removeInstance({ tenantId, clusterId, nodeId }, host.incarnation ?? 1)
    await changeOwnedHost(ports, input, (current) =>
      current.replacedFor === mark
        ? current
        : { ...current, incarnation: (current.incarnation ?? 1) + 1, replacedFor: mark },
    )
    return {}
  },
})
