import { supportOf, supportWarning } from '../../../shared/catalogue/support.ts'
import type { Cluster } from '../../../shared/contract/cluster.ts'
import type { ToldDrift } from '../../../shared/drift/drift.ts'
import { listenerPorts } from '../../../shared/kafka/listeners.ts'
import { isServing } from '../../../shared/lifecycle/serving.ts'
import { PUBLIC_BOOTSTRAP_PORT } from '../../../shared/network/public-access.ts'
import { unfinalisedWarning } from '../../../shared/planner/plan-finalise.ts'
import type { Needed } from '../../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../../shared/records/cluster.ts'
import { clusterActions } from '../../../shared/state/cluster-actions.ts'
import { finalisedLevels } from '../../../shared/state/finalised-levels.ts'
import { kafkaTarget } from '../../../shared/state/kafka-target.ts'
import { isLeaving } from '../../../shared/state/leaving.ts'
import { brokersOf } from '../../../shared/state/load.ts'
import { runningVersions } from '../../../shared/state/node-version.ts'
import { maintenanceView } from './maintenance.ts'

/** What a tenant should know about a cluster of this version. */
export function versionWarnings(version: ClusterRecord['spec']['kafkaVersion'], now: number): Cluster['warnings'] {
  const detail = supportWarning(version, now)
  if (detail === undefined) return []
  const isOver = supportOf(version, now).state === 'Ended'
  return [{ code: isOver ? 'VERSION_SUPPORT_ENDED' : 'VERSION_NEAR_END_OF_SUPPORT', detail }]
}

/** Why volumes do not grow although they should: their limit, or what a growth that is due is refused for. */
function diskWarnings({ diskLimit, maintenance = [] }: ClusterRecord): Cluster['warnings'] {
  const held = maintenance.flatMap((each) => (each.held ? [each.held] : []))
  return [
    ...(diskLimit ? [{ code: 'DISK_LIMIT_REACHED', detail: diskLimit.detail }] : []),
    ...held.map(({ code, detail }) => ({ code, detail })),
  ]
}

/** That an upgrade is not finalised: it can be taken back, and what is new is off. */
function levelWarnings(record: ClusterRecord): Cluster['warnings'] {
  const detail = unfinalisedWarning(record)
  return detail === undefined ? [] : [{ code: 'UPGRADE_NOT_FINALISED', detail }]
}

/** A cluster in a list: without its connection, which takes a look at every broker. */
export function clusterSummary(record: ClusterRecord, now: number): Cluster {
  const { clusterId: id, status, health, activeOperationId } = record
  const { topics: _ordered, ...spec } = record.spec
  return {
    id,
    ...spec,
    status,
    health,
    allowedActions: clusterActions(record),
    ...(activeOperationId === undefined ? {} : { activeOperationId }),
    ...(record.restorableUntil !== undefined && { restorableUntil: record.restorableUntil }),
    support: supportOf(spec.kafkaVersion, now),
    featureLevels: { ...finalisedLevels(record) },
    warnings: [...versionWarnings(spec.kafkaVersion, now), ...levelWarnings(record), ...diskWarnings(record)],
    maintenance: (record.maintenance ?? []).map((each) => maintenanceView(id, each)),
    drift: (record.drift ?? []).map(driftView),
    revision: record.specRevision,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    links: {
      self: `/v1/clusters/${id}`,
      brokers: `/v1/clusters/${id}/brokers`,
      operations: `/v1/clusters/${id}/operations`,
      topics: `/v1/clusters/${id}/topics`,
      users: `/v1/clusters/${id}/users`,
      maintenance: `/v1/clusters/${id}/maintenance`,
      ...(activeOperationId === undefined ? {} : { activeOperation: `/v1/operations/${activeOperationId}` }),
    },
  }
}

/** Without the ids of the fleet, which are nobody's business but the platform team's. */
function driftView({ kind, nodeId, setting, detail, since }: ToldDrift): Cluster['drift'][number] {
  return { kind, ...(nodeId !== undefined && { nodeId }), ...(setting !== undefined && { setting }), detail, since }
}

/** A cluster as `GET /v1/clusters/{id}` shows it: once it serves, with all that a client needs to connect. */
export async function clusterView(
  { store, clock }: Needed<'store' | 'clock'>,
  record: ClusterRecord,
): Promise<Cluster> {
  const { tenantId, clusterId, caCertificatePem } = record
  const brokers = await brokersOf(store, tenantId, clusterId)
  const runningKafkaVersions = runningVersions(record, brokers).map(({ version, nodes }) => ({
    version,
    nodes: [...nodes],
  }))
  const summary = { ...clusterSummary(record, clock.now()), runningKafkaVersions }
  if (!isServing(record) || caCertificatePem === undefined) return summary
  // Who bootstraps from now on need not know brokers that are on their way out.
  const staying = brokers.filter((broker) => !isLeaving(broker))
  return {
    ...summary,
    connection: {
      bootstrapServers: record.names
        ? [`${record.names.bootstrap}:${listenerPorts.CLIENT}`]
        : [...kafkaTarget(record, staying).clientListeners],
      ...(record.publicNames && {
        publicBootstrapServers: [`${record.publicNames.bootstrap}:${PUBLIC_BOOTSTRAP_PORT}`],
      }),
      securityProtocol: 'SASL_SSL',
      saslMechanism: 'SCRAM-SHA-512',
      caCertificatePem,
    },
  }
}
