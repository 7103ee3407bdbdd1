import { listenerPorts } from '../kafka/listeners.ts'
import type { KafkaTarget } from '../ports/kafka.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { oldestVersion } from './node-version.ts'

/**
 * Where the control plane reaches a cluster, from the addresses of its hosts, and what all of its nodes understand. Nobody is led
 * to a node that joins it only now.
 */
export function kafkaTarget(cluster: ClusterRecord, brokers: readonly BrokerRecord[]): KafkaTarget {
  const at = (role: 'broker' | 'controller', port: number) =>
    brokers.flatMap(({ roles, address, joining }) =>
      roles.includes(role) && address !== undefined && joining === undefined ? [`${address}:${port}`] : [],
    )
  return {
    tenantId: cluster.tenantId,
    clusterId: cluster.clusterId,
    kafkaVersion: oldestVersion(cluster, brokers),
    brokers: at('broker', listenerPorts.REPLICATION),
    controllers: at('controller', listenerPorts.CONTROLLER),
    clientListeners: at('broker', listenerPorts.CLIENT),
  }
}
