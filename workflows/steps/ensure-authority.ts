import { changeCluster } from '../../shared/state/change-cluster.ts'
import { makeOwned } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The cluster has its own certificate authority. */
export const ensureAuthority = defineStep({
  needs: ['certificates'],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { caPem } = await makeOwned(
      ports,
      input,
      () => ports.certificates.ensureAuthority(tenantId, clusterId),
      () => ports.certificates.forget(tenantId, clusterId),
    )
    await changeCluster(ports, input, (draft) => {
      if (draft.cluster().caCertificatePem !== caPem) draft.setCluster({ caCertificatePem: caPem })
    })
    return {}
  },
})
