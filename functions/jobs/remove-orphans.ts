import type { Figures } from '../../shared/deployment/figures.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { type FleetResource, isOfNode } from '../../shared/ports/hosts.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { Json } from '../../shared/ports/store.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { keys } from '../../shared/records/keys.ts'
import { loadHost } from '../../shared/state/load.ts'
import { getRecord, putRecord } from '../../shared/state/stored.ts'
import { judgeOrphan, type OrphanVerdict } from './judge-orphan.ts'

/** The ports of the job that looks for what belongs to nobody. */
export const ORPHAN_NEEDS = ['store', 'clock', 'log', 'hosts'] as const
export type OrphanPorts = Needed<(typeof ORPHAN_NEEDS)[number]>

/** How careful the job is. */
export interface OrphanSettings {
  /** How old a thing must be, and for how long it must have been known to belong to nobody. */
  readonly patienceSeconds: number
  /** The most that one run removes: a mistake of ours must not empty the fleet before anybody looks. */
  readonly mostRemovals: number
}

/** Since when each thing has been known to belong to nobody, by its id. */
interface KnownOrphans {
  readonly since: Readonly<Record<string, string>>
}

interface Orphan {
  readonly resource: FleetResource
  readonly verdict: Exclude<OrphanVerdict, { readonly kind: 'Owned' }>
}

/** Machines let go of volumes and addresses, and those of security groups. */
const ORDER = ['instance', 'volume', 'address', 'securityGroup'] as const

/**
 * Looks for everything in the fleet that belongs to nobody: what a call left behind that died, or that came after its cluster
 * was deleted. What was found so before, for long enough, is removed where nothing can be lost with it; the rest is told of.
 */
export async function removeOrphans(
  ports: OrphanPorts,
  { patienceSeconds, mostRemovals }: OrphanSettings,
): Promise<Figures> {
  const now = ports.clock.now()
  // The fleet is asked first: what is made for a new cluster is made after its record.
  const all = ((await ports.hosts.listAll?.()) ?? []).filter(({ state }) => state !== 'Gone')
  const orphans: Orphan[] = []
  for (const resource of all) {
    const verdict = await judged(ports, resource)
    if (verdict.kind !== 'Owned') orphans.push({ resource, verdict })
  }
  const since = await noteOrphans(ports, orphans)
  const madeAt = (resource: FleetResource) => (isOfNode(resource) ? resource.madeAt : undefined)
  const isRipe = ({ resource }: Orphan) =>
    [since[resource.id], madeAt(resource)].every(
      (at) => at === undefined || now - Date.parse(at) >= patienceSeconds * 1000,
    )
  const due = orphans
    .filter(
      (orphan) => orphan.verdict.kind === 'Removable' && since[orphan.resource.id] !== undefined && isRipe(orphan),
    )
    .toSorted((a, b) => ORDER.indexOf(a.resource.kind) - ORDER.indexOf(b.resource.kind))
  let removed = 0
  for (const { resource } of due.slice(0, mostRemovals)) if (await removeOne(ports, resource)) removed++
  const kept = orphans.filter(({ verdict }) => verdict.kind === 'ForPeople')
  for (const { resource, verdict } of kept)
    ports.log.warn('a thing of the fleet belongs to nobody and is left to people', told(resource, verdict.why))
  if (due.length > mostRemovals) ports.log.warn('too many orphans for one run', { due: due.length, mostRemovals })
  return { OrphansFound: orphans.length, OrphansKept: kept.length, OrphansRemoved: removed }
}

async function judged({ store }: OrphanPorts, resource: FleetResource): Promise<OrphanVerdict> {
  const { tenantId, clusterId } = resource
  const read = async (key: Parameters<typeof store.get>[0]) => (await getRecord<ClusterRecord>(store, key))?.record
  // The cluster before its tombstone: one that is deleted meanwhile is found by one of them.
  const cluster = await read(keys.cluster(tenantId, clusterId))
  const tombstone = cluster ? undefined : await read(keys.tombstone(tenantId, clusterId))
  const host = isOfNode(resource) ? await loadHost(store, tenantId, clusterId, resource.nodeId) : undefined
  return judgeOrphan(resource, { cluster, tombstone, host: host?.record })
}

/** Writes down what was found for the first time and forgets what is gone; answers what had been known before this look. */
async function noteOrphans({ store, clock }: OrphanPorts, orphans: readonly Orphan[]): Promise<KnownOrphans['since']> {
  const before = await getRecord<KnownOrphans>(store, keys.fleetOrphans)
  const known = before?.record.since ?? {}
  const at = new Date(clock.now()).toISOString()
  const since = Object.fromEntries(orphans.map(({ resource: { id } }) => [id, known[id] ?? at]))
  if (JSON.stringify(since) !== JSON.stringify(known))
    await store.transact([putRecord(keys.fleetOrphans, { since }, before)])
  return known
}

/** Removes it, unless somebody has begun to need it since it was judged; what takes its time is there in the next run again. */
async function removeOne(ports: OrphanPorts, resource: FleetResource): Promise<boolean> {
  const verdict = await judged(ports, resource)
  if (verdict.kind !== 'Removable') return false
  try {
    await remove(ports, resource)
    ports.log.warn('an orphan was removed', told(resource, verdict.why))
    return true
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'NOT_YET') return false
    ports.log.error('an orphan could not be removed', told(resource, verdict.why), thrown)
    return false
  }
}

async function remove({ hosts }: OrphanPorts, resource: FleetResource): Promise<void> {
  // Never a machine that is newer than the one that was judged.
  if (resource.kind === 'instance') await hosts.removeInstance(resource, resource.incarnation ?? 1)
  else if (resource.kind === 'volume') await hosts.removeVolume(resource, resource.id)
  else if (resource.kind === 'address') await hosts.removeAddress(resource)
  else await hosts.removeSecurityGroup(resource)
}

function told(resource: FleetResource, why: string): Readonly<Record<string, Json>> {
  const { tenantId, clusterId, kind, id } = resource
  return { tenantId, clusterId, ...(isOfNode(resource) && { nodeId: resource.nodeId }), kind, id, why }
}
