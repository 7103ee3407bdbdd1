import { listenerPorts } from '../kafka/listeners.ts'
import type { KafkaTarget } from '../ports/kafka.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'

/** Where the control plane reaches a cluster, from the addresses of its hosts. */
export function kafkaTarget(cluster: ClusterRecord, brokers: readonly BrokerRecord[]): KafkaTarget {
  const at = (role: 'broker' | 'controller', port: number) =>
    brokers.flatMap(({ roles, address }) =>
      roles.includes(role) && address !== undefined ? [`${address}:${port}`] : [],
    )
  return {
    tenantId: cluster.tenantId,
    clusterId: cluster.clusterId,
    kafkaVersion: cluster.spec.kafkaVersion,
    brokers: at('broker', listenerPorts.REPLICATION),
    controllers: at('controller', listenerPorts.CONTROLLER),
    clientListeners: at('broker', listenerPorts.CLIENT),
  }
}
