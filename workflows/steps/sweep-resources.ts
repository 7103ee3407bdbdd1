import { DomainError } from '../../shared/errors/domain-error.ts'
import { isOfNode } from '../../shared/ports/hosts.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** Nothing that bears the cluster's tag exists any more, whoever made it. */
export const sweepResources = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    const { tenantId, clusterId } = input
    const found = (await ports.hosts.list(tenantId, clusterId)).filter(({ state }) => state !== 'Gone')
    for (const { kind, nodeId } of found.filter(isOfNode)) {
      const node = { tenantId, clusterId, nodeId }
      if (kind === 'instance') await ports.hosts.removeInstance(node)
      if (kind === 'volume') await ports.hosts.removeVolume(node)
      if (kind === 'address') await ports.hosts.removeAddress(node)
    }
    // Last, because addresses bear it.
    if (found.some(({ kind }) => kind === 'securityGroup'))
      await ports.hosts.removeSecurityGroup({ tenantId, clusterId })
    const left = (await ports.hosts.list(tenantId, clusterId)).filter(({ state }) => state !== 'Gone')
    if (left.length > 0) throw new DomainError('NOT_YET', `${left.length} resources of the cluster still exist.`)
    return {}
  },
})
