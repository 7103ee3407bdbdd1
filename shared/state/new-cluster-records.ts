import { levelsOfRelease } from '../catalogue/kafka-versions.ts'
import { supportWarning } from '../catalogue/support.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { LIFECYCLE } from '../lifecycle/lifecycle.ts'
import { brokerStatus, clusterStatus } from '../lifecycle/transitions.ts'
import { placeNodes } from '../placement/place-nodes.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { StatePorts } from './change-cluster.ts'
import type { Requester } from './requester.ts'

/** How long a create may take as a whole (kafka-operations §5.1); a multiple of what it takes when all is well. */
export const CREATE_DEADLINE_MINUTES = 45

/** A dedicated controller keeps only the metadata log and its snapshots: a few hundred MiB even for large clusters. */
export const CONTROLLER_VOLUME_GIB = 8

/** The records that an order begins with: the cluster, its nodes where they are placed, and the operation that creates it. */
export function newClusterRecords(ports: StatePorts, requester: Requester, spec: ClusterSpec, now: string) {
  const { tenantId } = requester
  const operationId = ports.ids.next('operation')
  const status = clusterStatus('createCluster', undefined, LIFECYCLE.createCluster.path[0])
  const cluster: ClusterRecord = {
    tenantId,
    clusterId: ports.ids.next('cluster'),
    spec,
    specRevision: 1,
    status,
    health: 'Unknown',
    kafkaClusterUuid: ports.ids.kafkaClusterUuid(),
    featureLevels: levelsOfRelease(spec.kafkaVersion),
    generation: 1,
    activeOperationId: operationId,
    eventSequence: 0,
    ledgerSequence: 0,
    createdAt: now,
    updatedAt: now,
  }
  const brokers: BrokerRecord[] = placeNodes(spec).map((placement) => ({
    ...placement,
    status: brokerStatus('createCluster', undefined, LIFECYCLE.createCluster.broker.path[0]),
    health: 'Unknown',
    volumeGiB: placement.roles.includes('broker') ? spec.brokers.volumeGiB : CONTROLLER_VOLUME_GIB,
    updatedAt: now,
  }))
  const operation: OperationRecord = {
    operationId,
    tenantId,
    clusterId: cluster.clusterId,
    type: 'createCluster',
    state: 'Pending',
    requestedBy: requester.requestedBy,
    requestId: requester.requestId,
    attempt: 1,
    generation: cluster.generation,
    createdAt: now,
    deadlineAt: new Date(ports.clock.now() + CREATE_DEADLINE_MINUTES * 60_000).toISOString(),
    warnings: createWarnings(spec, ports.clock.now()),
  }
  return { cluster, brokers, operation }
}

function createWarnings(spec: ClusterSpec, now: number): string[] {
  const ending = supportWarning(spec.kafkaVersion, now)
  const warnings = ending === undefined ? [] : [ending]
  if (spec.availabilityZones.length < 3) {
    warnings.push(
      'With fewer than three availability zones, the loss of the zone that holds two controllers stops the cluster.',
    )
  }
  if (spec.topology === 'combined') {
    warnings.push(
      'In the combined topology a controller cannot be restarted apart from its broker; Kafka advises dedicated controllers for critical clusters.',
    )
  }
  return warnings
}
