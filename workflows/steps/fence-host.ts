import { loadHost } from '../../shared/state/load.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { changeOwnedHost, ownedCluster } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * A machine that is not heard of is gone before another one gets its volume: two processes with one node id never share
 * it. First its agent is refused, then it is removed, then the next machine is due. One that is heard of stays.
 */
export const fenceHost = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const nodeId = nodeOf(input)
    await ownedCluster(ports, input)
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    if (!host || host.replacedFor === operationId || isHeard(host, ports.clock.now())) return {}
    await changeOwnedHost(ports, input, ({ instanceId: _, observed: _observed, reportedAt: _at, ...rest }) => rest)
    await ports.hosts.removeInstance({ tenantId, clusterId, nodeId })
    await changeOwnedHost(ports, input, (current) =>
      current.replacedFor === operationId
        ? current
        : { ...current, incarnation: (current.incarnation ?? 1) + 1, replacedFor: operationId },
    )
    return {}
  },
})
