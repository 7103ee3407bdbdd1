import { compareFleet, type RecordedCluster } from '../../shared/drift/compare-fleet.ts'
import { compareKafka } from '../../shared/drift/compare-kafka.ts'
import type { Drift, ToldDrift } from '../../shared/drift/drift.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { BrokerFacts } from '../../shared/ports/kafka.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { partitions } from '../../shared/records/keys.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, hostsOf, loadCluster } from '../../shared/state/load.ts'
import { noteDrift } from '../../shared/state/note-drift.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { type FleetCluster, fleetClusters } from './fleet-clusters.ts'
import { releaseAllLeft } from './release-left-moves.ts'

/** The ports of the job that compares what is there with what was ordered. */
export const DRIFT_NEEDS = ['store', 'clock', 'ids', 'log', 'hosts', 'kafka'] as const
export type DriftPorts = Needed<(typeof DRIFT_NEEDS)[number]>

/** Which clusters a run looks at, and how long it may take. */
export interface DriftRun {
  readonly isDue: (clusterId: string) => boolean
  /** A cluster that is not begun by then, in milliseconds since the epoch, waits for the next time that it is due. */
  readonly until: number
}

/** What a run came to. */
export interface DriftFigures {
  readonly looks: number
  /** Clusters that could not be looked at: trouble of ours, not theirs. */
  readonly failures: number
}

/**
 * Looks at the clusters that are due, and at those where the last look has found something that nobody else had. It tells and
 * changes nothing: what to do about a difference that nobody of ours has made is for people to decide; only what operations of
 * ours have left of their moves is taken back, first, and of all clusters. Trouble with one cluster does not keep it from the others.
 */
export async function detectDrift(ports: DriftPorts, { isDue, until }: DriftRun): Promise<DriftFigures> {
  await releaseAllLeft(ports, until)
  const rows = await listRecords<FleetCluster>(ports.store, partitions.fleetDrift, '')
  const suspected = new Set(rows.map(({ record }) => record.clusterId))
  const figures = { looks: 0, failures: 0 }
  for await (const cluster of fleetClusters(ports)) {
    if (!isDue(cluster.clusterId) && !suspected.has(cluster.clusterId)) continue
    if (ports.clock.now() >= until) {
      ports.log.warn('there was no time to look for the drift of a cluster', { ...cluster })
      continue
    }
    try {
      if (await lookAt(ports, cluster)) figures.looks++
    } catch (thrown) {
      // It was deleted a moment ago.
      if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') continue
      figures.failures++
      ports.log.error('a cluster could not be compared with what was ordered', { ...cluster }, thrown)
    }
  }
  return figures
}

/**
 * Only a cluster that rests is compared: an operation changes what is there before and after what is written. Of one that is
 * stopped, or deleted and kept, there is no Kafka to ask.
 */
async function lookAt(ports: DriftPorts, { tenantId, clusterId }: FleetCluster): Promise<boolean> {
  const cluster = (await loadCluster(ports.store, tenantId, clusterId)).record
  const isStopped = cluster.status === 'Stopped' || cluster.status === 'Deleted'
  if ((cluster.status !== 'Active' && !isStopped) || cluster.activeOperationId !== undefined) return false
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  const hosts = await hostsOf(ports.store, tenantId, clusterId)
  const recorded = { cluster, brokers, hosts }
  const [fleet, kafka] = [
    await asked(() => fleetDrift(ports, recorded)),
    isStopped ? undefined : await asked(() => kafkaDrift(ports, recorded)),
  ]
  const { detected, resolved } = await noteDrift(ports, cluster, {
    ...(fleet && { Fleet: fleet }),
    ...(kafka && { Kafka: kafka }),
  })
  const said = (message: string) => (drift: ToldDrift) => ports.log.warn(message, { tenantId, clusterId, ...drift })
  detected.forEach(said('something is not as it was ordered'))
  resolved.forEach(said('what was not as it was ordered is so again'))
  return true
}

/** Who does not answer says nothing about drift. */
async function asked<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (thrown) {
    if (thrown instanceof DomainError && (thrown.code === 'KAFKA_UNAVAILABLE' || thrown.code === 'NOT_PROVIDED'))
      return undefined
    throw thrown
  }
}

async function fleetDrift({ hosts }: DriftPorts, recorded: RecordedCluster): Promise<readonly Drift[]> {
  const { tenantId, clusterId } = recorded.cluster
  return compareFleet(recorded, await hosts.list(tenantId, clusterId))
}

async function kafkaDrift({ kafka }: DriftPorts, recorded: RecordedCluster): Promise<readonly Drift[]> {
  const { cluster, brokers: nodes } = recorded
  const target = kafkaTarget(cluster, nodes)
  const { kafkaClusterUuid, brokers } = await kafka.brokers(target)
  const quorum = await kafka.quorum(target)
  const facts = new Map<number, BrokerFacts>()
  for (const { nodeId } of brokers) {
    const found = await asked(() => kafka.brokerFacts(target, nodeId))
    if (found) facts.set(nodeId, found)
  }
  return compareKafka(recorded, { kafkaClusterUuid, brokers, quorum, facts })
}
