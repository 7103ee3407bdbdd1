import { isServing } from '../lifecycle/serving.ts'
import type { Health } from '../lifecycle/statuses.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import { healthOf } from './health-of.ts'
import { loadBroker, loadCluster } from './load.ts'
import { hostFailure } from './settle-host-wait.ts'

/** What is known of a node now; the reason is for people, and there unless all is well. */
export interface SeenHealth {
  readonly health: Health
  readonly reason?: string
}

/** The health of a node by what its host says of Kafka. */
export function reportedHealth({ observed }: HostRecord): SeenHealth | undefined {
  if (!observed) return undefined
  const { state } = observed.process
  if (state === 'Running') return { health: 'Healthy' }
  const reason = hostFailure(observed)?.detail ?? observed.problem?.detail ?? `Kafka is ${state} on this host.`
  return { health: 'Unavailable', reason }
}

/** Only a broker that rests is judged: what an operation does to one is no outage, and the operation tells of it. */
function isJudged(cluster: ClusterRecord, broker: BrokerRecord): boolean {
  return broker.status === 'Active' && isServing(cluster)
}

/**
 * Takes down the health of a broker that should be serving, and the cluster's with it, with an event for each change. It is
 * called with every report, so it looks before it opens a change, and what is as it was is not written.
 */
export async function noteHealth(
  ports: StatePorts,
  tenantId: string,
  clusterId: string,
  nodeId: number,
  seen: SeenHealth,
): Promise<void> {
  const differs = (cluster: ClusterRecord, broker: BrokerRecord) =>
    isJudged(cluster, broker) && (broker.health !== seen.health || broker.statusReason !== seen.reason)
  const cluster = (await loadCluster(ports.store, tenantId, clusterId)).record
  const broker = (await loadBroker(ports.store, tenantId, clusterId, nodeId)).record
  if (!differs(cluster, broker)) return
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    if (differs(draft.cluster(), draft.broker(nodeId))) {
      draft.setHealth(nodeId, seen.health, seen.reason)
      draft.setClusterHealth(healthOf(draft.brokers()))
    }
  })
}
