import { DomainError } from '../errors/domain-error.ts'
import type { Store } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import { keys, partitions, sorts } from '../records/keys.ts'
import type { OperationRecord, StepRecord } from '../records/operation.ts'
import { DEFAULT_LIMITS, NO_USAGE, type TenantRecord } from '../records/tenant.ts'
import { getRecord, listRecords, type Stored } from './stored.ts'

/** The cluster, or CLUSTER_NOT_FOUND: also when it is another tenant's, because the tenant is part of the key. */
export async function loadCluster(store: Store, tenantId: string, clusterId: string): Promise<Stored<ClusterRecord>> {
  const found = await getRecord<ClusterRecord>(store, keys.cluster(tenantId, clusterId))
  if (!found) throw new DomainError('CLUSTER_NOT_FOUND', `There is no cluster ${clusterId}.`)
  return found
}

/** All brokers and controllers of a cluster by node id. */
export async function brokersOf(store: Store, tenantId: string, clusterId: string): Promise<readonly BrokerRecord[]> {
  return (await loadBrokers(store, tenantId, clusterId)).map(({ record }) => record)
}

/** The same with the versions that guard their next change. */
export async function loadBrokers(store: Store, tenantId: string, clusterId: string): Promise<Stored<BrokerRecord>[]> {
  return listRecords<BrokerRecord>(store, partitions.cluster(tenantId, clusterId), sorts.broker)
}

/** One broker or controller, or BROKER_NOT_FOUND. */
export async function loadBroker(
  store: Store,
  tenantId: string,
  clusterId: string,
  nodeId: number,
): Promise<Stored<BrokerRecord>> {
  const found = await getRecord<BrokerRecord>(store, keys.broker(tenantId, clusterId, nodeId))
  if (!found) throw new DomainError('BROKER_NOT_FOUND', `Cluster ${clusterId} has no broker ${nodeId}.`)
  return found
}

/** The machines behind the brokers, by node id. */
export async function hostsOf(store: Store, tenantId: string, clusterId: string): Promise<readonly HostRecord[]> {
  return (await loadHosts(store, tenantId, clusterId)).map(({ record }) => record)
}

/** The same with the versions that guard their next change. */
export async function loadHosts(store: Store, tenantId: string, clusterId: string): Promise<Stored<HostRecord>[]> {
  return listRecords<HostRecord>(store, partitions.cluster(tenantId, clusterId), sorts.host)
}

/** The machine behind one broker, if one was ever asked for. */
export async function loadHost(
  store: Store,
  tenantId: string,
  clusterId: string,
  nodeId: number,
): Promise<Stored<HostRecord> | undefined> {
  return getRecord<HostRecord>(store, keys.host(tenantId, clusterId, nodeId))
}

/** The operation, or OPERATION_NOT_FOUND. */
export async function loadOperation(
  store: Store,
  tenantId: string,
  operationId: string,
): Promise<Stored<OperationRecord>> {
  const found = await getRecord<OperationRecord>(store, keys.operation(tenantId, operationId))
  if (!found) throw new DomainError('OPERATION_NOT_FOUND', `There is no operation ${operationId}.`)
  return found
}

/** The steps of all attempts of an operation, attempt by attempt in the order in which they began. */
export async function loadStory(store: Store, tenantId: string, operationId: string): Promise<StepRecord[]> {
  const steps = await listRecords<StepRecord>(store, partitions.operation(tenantId, operationId), 'STEP#')
  return inOrder(steps.map(({ record }) => record))
}

/** The steps of one attempt, or of the newest one that has any, in the order in which they began. */
export async function loadSteps(
  store: Store,
  tenantId: string,
  operationId: string,
  attempt?: number,
): Promise<StepRecord[]> {
  if (attempt === undefined) return newestAttempt(await loadStory(store, tenantId, operationId))
  const partition = partitions.operation(tenantId, operationId)
  return inOrder((await listRecords<StepRecord>(store, partition, sorts.attempt(attempt))).map(({ record }) => record))
}

/** Those of the newest attempt among some steps. */
export function newestAttempt(steps: readonly StepRecord[]): StepRecord[] {
  const newest = Math.max(0, ...steps.map(({ attempt }) => attempt))
  return steps.filter(({ attempt }) => attempt === newest)
}

function inOrder(steps: StepRecord[]): StepRecord[] {
  return steps.sort(
    (a, b) => a.attempt - b.attempt || a.startedAt.localeCompare(b.startedAt) || (a.nodeId ?? 0) - (b.nodeId ?? 0),
  )
}

/** The tenant's limits and usage; a tenant seen for the first time has the default limits. */
export async function loadTenant(
  store: Store,
  tenantId: string,
): Promise<{ record: TenantRecord; stored?: Stored<TenantRecord> }> {
  const stored = await getRecord<TenantRecord>(store, keys.tenant(tenantId))
  return stored ? { record: stored.record, stored } : { record: { tenantId, limits: DEFAULT_LIMITS, usage: NO_USAGE } }
}
