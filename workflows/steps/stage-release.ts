import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { ownedOperation } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The release can be had by every host: some fleets have to get it first, in others the hosts fetch it themselves. */
export const stageRelease = defineStep({
  needs: ['hosts'],
  timeoutSeconds: 300,
  run: async (input, ports) => {
    const { to } = upgradeOf((await ownedOperation(ports, input)).operation)
    await ports.hosts.stageRelease(to)
    return {}
  },
})
