import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import { aSpec } from '../shared/state/state-fixture.ts'

const AT = '2026-11-21T10:00:00.000Z'

/** A cluster as stored. */
export function aCluster(patch: Partial<ClusterRecord> = {}): ClusterRecord {
  return {
    tenantId: 'acme',
    clusterId: 'clu_1',
    spec: aSpec(),
    specRevision: 1,
    status: 'Starting',
    health: 'Unknown',
    kafkaClusterUuid: 'kafka-cluster-uuid-000',
    generation: 1,
    eventSequence: 0,
    ledgerSequence: 0,
    createdAt: AT,
    updatedAt: AT,
    ...patch,
  }
}

/** One of its hosts. */
export function aBroker(nodeId: number, patch: Partial<BrokerRecord> = {}): BrokerRecord {
  return {
    nodeId,
    roles: ['broker', 'controller'],
    zone: 'az-1',
    status: 'Starting',
    health: 'Unknown',
    volumeGiB: 100,
    address: `10.0.0.${nodeId}`,
    updatedAt: AT,
    ...patch,
  }
}
