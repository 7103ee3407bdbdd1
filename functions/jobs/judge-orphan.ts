import { type FleetResource, isOfNode } from '../../shared/ports/hosts.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'

/** What the records say of the cluster that a thing was made for, and of its node. */
export interface Owner {
  readonly cluster: ClusterRecord | undefined
  /** What is kept of a cluster that was deleted. */
  readonly tombstone: ClusterRecord | undefined
  readonly host: HostRecord | undefined
}

/** Whether a thing has an owner; of one that has none, whether removing it can lose nothing that anybody was promised. */
export type OrphanVerdict =
  | { readonly kind: 'Owned' }
  | { readonly kind: 'Removable'; readonly why: string }
  | { readonly kind: 'ForPeople'; readonly why: string }

const OWNED: OrphanVerdict = { kind: 'Owned' }

/**
 * Judges by whose tags a thing bears. What was made for a cluster that was deleted goes, its volumes with it, because the
 * deletion promised so. An older machine of a node goes where the record has a newer one in its place: the node's volume and
 * address outlive it. So does a machine that a node had before its cluster was stopped. Where no record tells of the cluster at all, the records may be what is wrong: a person decides.
 */
export function judgeOrphan(resource: FleetResource, { cluster, tombstone, host }: Owner): OrphanVerdict {
  if (cluster) return isOfNode(resource) && isReplaced(resource, cluster, host) ? OLDER_MACHINE : OWNED
  if (tombstone?.status === 'Deleted') return { kind: 'Removable', why: 'its cluster was deleted' }
  return { kind: 'ForPeople', why: 'no record knows its cluster' }
}

const OLDER_MACHINE: OrphanVerdict = { kind: 'Removable', why: 'a newer machine has taken its place' }

/** While an operation runs, it decides which machine a node has. */
function isReplaced(
  { kind, id, incarnation }: Extract<FleetResource, { readonly nodeId: number }>,
  cluster: ClusterRecord,
  host: HostRecord | undefined,
): boolean {
  if (kind !== 'instance' || cluster.activeOperationId !== undefined) return false
  if (host === undefined || incarnation === undefined) return false
  if (host.instanceId === undefined && cluster.status !== 'Stopped' && cluster.status !== 'Deleted') return false
  return host.instanceId !== id && incarnation < (host.incarnation ?? 1)
}
