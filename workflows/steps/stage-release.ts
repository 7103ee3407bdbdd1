import { loadOperation } from '../../shared/state/load.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The release can be had by every host: some fleets have to get it first, in others the hosts fetch it themselves. */
export const stageRelease = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    const { to } = upgradeOf((await loadOperation(ports.store, input.tenantId, input.operationId)).record)
    await ports.hosts.stageRelease(to)
    return {}
  },
})
