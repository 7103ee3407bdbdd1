import { type SupportState, supportOf } from '../catalogue/support.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'

/**
 * Announces once that support of a cluster's release ends soon, and once that it has ended; answers the state that was
 * announced. Another release is announced anew, and one that is supported never is.
 */
export async function noteSupport(ports: StatePorts, cluster: ClusterRecord): Promise<SupportState | undefined> {
  const { tenantId, clusterId } = cluster
  const now = ports.clock.now()
  if (untold(cluster, now) === undefined) return undefined
  return changeCluster(ports, { tenantId, clusterId }, (draft) => {
    const support = untold(draft.cluster(), now)
    if (!support) return undefined
    const { kafkaVersion } = draft.cluster().spec
    draft.setCluster({ supportTold: { kafkaVersion, state: support.state } })
    draft.emit('kafka.cluster.support_changed.v1', clusterId, {
      kafkaVersion,
      state: support.state,
      supportedUntil: support.until,
    })
    return support.state
  })
}

function untold({ spec, status, supportTold }: ClusterRecord, now: number) {
  const support = supportOf(spec.kafkaVersion, now)
  const isTold = supportTold?.kafkaVersion === spec.kafkaVersion && supportTold.state === support.state
  return support.state === 'Supported' || status === 'Deleting' || isTold ? undefined : support
}
