import type { HostSpec } from '../shared/ports/hosts.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { nodeVersion } from '../shared/state/node-version.ts'

/** What the fleet must know to make a node's machine and volume. A cluster's first ones are incarnation 1. */
export function hostSpec(
  cluster: ClusterRecord,
  broker: BrokerRecord,
  { incarnation = 1, volumeIncarnation = 1 }: Partial<HostRecord> = {},
): HostSpec {
  return {
    tenantId: cluster.tenantId,
    clusterId: cluster.clusterId,
    nodeId: broker.nodeId,
    zone: broker.zone,
    roles: broker.roles,
    instanceType: cluster.spec.brokers.instanceType,
    volumeGiB: broker.volumeGiB,
    kafkaVersion: nodeVersion(cluster, broker),
    incarnation,
    volumeIncarnation,
  }
}
