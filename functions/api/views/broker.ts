import type { Broker } from '../../../shared/contract/broker.ts'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import { publicPort } from '../../../shared/network/public-access.ts'
import type { BrokerRecord, ClusterRecord } from '../../../shared/records/cluster.ts'
import type { HostRecord } from '../../../shared/records/host.ts'
import { nodeVersion } from '../../../shared/state/node-version.ts'

/** A broker as its tenant sees it. Nothing of the machine behind it is shown but how far it has come. */
export function brokerView(cluster: ClusterRecord, broker: BrokerRecord, host: HostRecord | undefined): Broker {
  const { nodeId, roles, zone, status, health, volumeGiB, address, name, publicName, activeSince, updatedAt } = broker
  const reasons = [broker.statusReason, broker.repairHeld].filter((reason) => reason !== undefined)
  const self = `/v1/clusters/${cluster.clusterId}/brokers/${nodeId}`
  const isReachable = roles.includes('broker') && address !== undefined && broker.joining === undefined
  return {
    nodeId,
    roles: [...roles],
    zone,
    status,
    health,
    ...(reasons.length > 0 && { statusReason: reasons.join(' ') }),
    kafkaVersion: nodeVersion(cluster, broker),
    instanceType: cluster.spec.brokers.instanceType,
    volumeGiB,
    ...(isReachable ? { endpoint: `${name ?? address}:${listenerPorts.CLIENT}` } : {}),
    ...(publicName === undefined || broker.joining !== undefined
      ? {}
      : { publicEndpoint: `${publicName}:${publicPort(nodeId)}` }),
    ...(host?.desired ? { desiredRevision: host.desired.revision } : {}),
    ...(host?.observed ? { observedRevision: host.observed.observedRevision } : {}),
    configRevision: cluster.configRevision ?? 1,
    runningConfigRevision: broker.configRevision ?? 1,
    generation: host?.generation ?? 0,
    ...(activeSince !== undefined && status === 'Active' && { activeSince }),
    updatedAt,
    links: { self, cluster: `/v1/clusters/${cluster.clusterId}` },
  }
}
