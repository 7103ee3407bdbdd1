import type { Key } from '../ports/store.ts'

const pad = (n: number, digits: number) => String(n).padStart(digits, '0')

/** Partitions of one tenant. A tenant id cannot hold `#`, so no tenant's prefix is the beginning of another's. */
export const partitions = {
  clusters: (tenant: string) => `T#${tenant}#CLUSTERS`,
  cluster: (tenant: string, cluster: string) => `T#${tenant}#C#${cluster}`,
  operations: (tenant: string) => `T#${tenant}#OPERATIONS`,
  operation: (tenant: string, operation: string) => `T#${tenant}#O#${operation}`,
  names: (tenant: string) => `T#${tenant}#NAMES`,
  idempotency: (tenant: string) => `T#${tenant}#IDEMPOTENCY`,
  tenant: (tenant: string) => `T#${tenant}#TENANT`,
  feed: (tenant: string) => `T#${tenant}#FEED`,
  /** Of no tenant: no tenant's name begins with a tilde, so no tenant's role reaches it. */
  fleet: 'T#~fleet#EXISTING',
  fleetRepairs: 'T#~fleet#REPAIRS',
  fleetDrift: 'T#~fleet#DRIFT',
  fleetOrphans: 'T#~fleet#ORPHANS',
} as const

/** Tells whether operations live in a partition, whosoever they are. */
export function isOperationsPartition(partition: string): boolean {
  return /^T#[^#]+#OPERATIONS$/.test(partition)
}

/** Prefixes of the rows in a cluster's partition. */
export const sorts = {
  broker: 'BROKER#',
  host: 'HOST#',
  event: 'EVENT#',
  ledger: 'LEDGER#',
  operation: 'OPERATION#',
  user: 'USER#',
  configRevision: 'CONFIG#',
  proposal: 'PROPOSAL#',
  /** Lists of moves: of proposals, and of operations that made their own. */
  moves: (list: string) => `MOVES#${list}#`,
  maintenance: 'MAINTENANCE#',
  /** In an operation's partition. */
  attempt: (attempt: number) => `STEP#${pad(attempt, 5)}#`,
} as const

/** Where each kind of record lives; no other place builds a key. */
export const keys = {
  cluster: (tenant: string, cluster: string): Key => ({ partition: partitions.clusters(tenant), sort: cluster }),
  broker: (tenant: string, cluster: string, nodeId: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.broker}${pad(nodeId, 5)}`,
  }),
  host: (tenant: string, cluster: string, nodeId: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.host}${pad(nodeId, 5)}`,
  }),
  event: (tenant: string, cluster: string, sequence: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.event}${pad(sequence, 12)}`,
  }),
  ledger: (tenant: string, cluster: string, sequence: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.ledger}${pad(sequence, 12)}`,
  }),
  /** Names a cluster that exists, whoever owns it, for those who look after all of them. No request of a tenant writes it. */
  fleetCluster: (cluster: string): Key => ({ partition: partitions.fleet, sort: cluster }),
  /** When repairs were ordered that no tenant asked for, of the whole fleet. */
  fleetRepairs: { partition: partitions.fleetRepairs, sort: 'LATEST' } satisfies Key,
  /** What of a cluster was seen once to differ from what was ordered. */
  fleetDrift: (cluster: string): Key => ({ partition: partitions.fleetDrift, sort: cluster }),
  /** What bears our tags and was seen once to belong to nobody. */
  fleetOrphans: { partition: partitions.fleetOrphans, sort: 'LATEST' } satisfies Key,
  tombstone: (tenant: string, cluster: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: 'TOMBSTONE',
  }),
  operation: (tenant: string, operation: string): Key => ({
    partition: partitions.operations(tenant),
    sort: operation,
  }),
  /** Points from a cluster to its operations, so that listing them does not read those of other clusters. */
  clusterOperation: (tenant: string, cluster: string, operation: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.operation}${operation}`,
  }),
  /** The steps of an attempt stand together; those of a later one come after them. */
  step: (tenant: string, operation: string, attempt: number, name: string, nodeId: number | undefined): Key => ({
    partition: partitions.operation(tenant, operation),
    sort: `${sorts.attempt(attempt)}${name}#${nodeId === undefined ? '' : pad(nodeId, 5)}`,
  }),
  user: (tenant: string, cluster: string, name: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.user}${name}`,
  }),
  configRevision: (tenant: string, cluster: string, revision: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.configRevision}${pad(revision, 9)}`,
  }),
  proposal: (tenant: string, cluster: string, proposal: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.proposal}${proposal}`,
  }),
  /** A part of a list of moves. */
  moves: (tenant: string, cluster: string, list: string, part: number): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.moves(list)}${pad(part, 5)}`,
  }),
  /** How far an operation is with the moves that it makes. */
  movesProgress: (tenant: string, operation: string): Key => ({
    partition: partitions.operation(tenant, operation),
    sort: 'MOVES',
  }),
  /** What Weir has done with a cluster by itself; ids sort by time. */
  maintenance: (tenant: string, cluster: string, maintenance: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: `${sorts.maintenance}${maintenance}`,
  }),
  /** The certificate of the cluster's authority, where its key is kept elsewhere. */
  authority: (tenant: string, cluster: string): Key => ({
    partition: partitions.cluster(tenant, cluster),
    sort: 'AUTHORITY',
  }),
  name: (tenant: string, name: string): Key => ({ partition: partitions.names(tenant), sort: name }),
  tenant: (tenant: string): Key => ({ partition: partitions.tenant(tenant), sort: 'TENANT' }),
  idempotency: (tenant: string, scope: string): Key => ({ partition: partitions.idempotency(tenant), sort: scope }),
  feedHead: (tenant: string): Key => ({ partition: partitions.tenant(tenant), sort: 'FEED_HEAD' }),
  feed: (tenant: string, position: number): Key => ({ partition: partitions.feed(tenant), sort: pad(position, 12) }),
} as const
