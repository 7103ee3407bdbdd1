import { noteSupport } from '../../shared/state/note-support.ts'
import type { Duty } from './maintain.ts'

/** Tells of clusters whose release is near the end of its support, or beyond it. */
export const tellSupport: Duty = {
  name: 'tellSupport',
  look: async (ports, cluster) => {
    const state = await noteSupport(ports, cluster)
    if (state !== undefined) {
      const { tenantId, clusterId, spec } = cluster
      const ids = { tenantId, clusterId, kafkaVersion: spec.kafkaVersion, state }
      ports.log.info('support of the Kafka release of a cluster ends soon or has ended', ids)
    }
    return undefined
  },
}
