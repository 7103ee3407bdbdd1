import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Harness } from './harness.ts'

/** Makes a cluster of 3.7.1 one whose nodes all run 3.9.2 by now, with the levels that it had. */
export async function rolledOnto392(h: Harness, clusterId: string): Promise<void> {
  h.kafka.supported.set('metadata.version', { min: 1, max: 21 })
  await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => {
    const spec = { ...draft.cluster().spec, kafkaVersion: '3.9.2' } as const
    draft.setCluster({ spec, featureLevels: { 'metadata.version': 19 } })
  })
}
