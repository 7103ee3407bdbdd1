import type { RecordedCluster } from '../../../shared/drift/compare-fleet.ts'
import { brokersOf, hostsOf, loadCluster } from '../../../shared/state/load.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

/** A cluster of three nodes with a configuration and rules for clients, as it is recorded when all is well. */
export async function recordedCluster(h: Harness = harness()): Promise<RecordedCluster> {
  const { clusterId } = await activeCluster(h, {
    config: { 'log.retention.ms': '86400000' },
    network: {
      access: 'private',
      securityGroups: [{ name: 'apps', inboundRules: [{ cidr: '10.1.0.0/16', description: 'apps' }] }],
    },
  })
  for (const nodeId of [1, 2, 3])
    await changeHost(h.ports, 'acme', clusterId, nodeId, (host) => ({
      ...host,
      generation: 1,
      instanceId: `i-${nodeId}`,
      volumeId: `vol-${nodeId}`,
      address: `10.0.0.${nodeId}`,
    }))
  return {
    cluster: (await loadCluster(h.store, 'acme', clusterId)).record,
    brokers: await brokersOf(h.store, 'acme', clusterId),
    hosts: await hostsOf(h.store, 'acme', clusterId),
  }
}
