import { expect } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { inboundRules } from '../../shared/network/inbound-rules.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import { expectClosedStories } from './closed-stories.ts'
import { ended } from './cluster-life.ts'
import { askToDelete, grantLimits } from './tenant.ts'
import { control, patch, power, repair } from './tenant-changes.ts'
import { act, WALK_LIMITS } from './walk.ts'
import type { Action } from './walk-actions.ts'
import { createWorld, type World } from './world.ts'

/** The latest that a call of a walk may come: what stalls or is repeated does so within a quarter of an hour. */
const LATEST_CALL_SECONDS = 1000
/** By then whatever still goes on has ended: three attempts of the longest operation, and pauses between repairs. */
const CALM_SECONDS = 48 * 3600
/** A cluster that needs more repairs than it has nodes is not on its way anywhere. */
const MOST_REPAIRS = 8

/**
 * Walks, and judges the end: when nothing goes wrong any more, no cluster stays in between, those that ever came up can be
 * brought back, and all can be deleted without a trace. Gives the virtual seconds that it took.
 */
export async function walkThrough(walk: readonly Action[], seed: number): Promise<number> {
  const world = createWorld({ seed })
  const begin = world.clock.now()
  try {
    for (const tenant of ['acme', 'zeta']) await grantLimits(world, tenant, WALK_LIMITS)
    for (const [index, action] of walk.entries()) {
      world.trace.note('action', () => JSON.stringify(action))
      await act(world, action, `key-${index}`)
    }
    world.faults.stop()
    world.trace.note('calm', () => 'nothing goes wrong any more')
    for (const cluster of clustersOf(world))
      if (cluster.spec.schedule) await world.during(patch(world, cluster, { schedule: null }).catch(refused(world)))
    await comeToRest(world)
    for (const cluster of clustersOf(world)) if (isRecoverable(world, cluster, walk)) await bringBack(world, cluster)
    await removeAll(world)
    await world.explained(() => expectClosedStories(world))
    return (world.clock.now() - begin) / 1000
  } finally {
    world.close()
  }
}

const clustersOf = ({ facts }: World) => [...facts.clusters.values()]

/** Waits for all operations to end; one that rests is taken up again. */
async function comeToRest(world: World): Promise<void> {
  const active = () =>
    clustersOf(world).flatMap(({ activeOperationId = '' }) => world.facts.operations.get(activeOperationId) ?? [])
  const isCalm = () =>
    active().every(({ state }) => state === 'Paused') && clustersOf(world).every(({ status }) => status !== 'Deleting')
  await world.runUntil(isCalm, 'all operations to end or rest', CALM_SECONDS)
  for (const { tenantId, operationId } of active()) {
    await world.during(control(world, tenantId, operationId, 'resume'))
    await ended(world, operationId, CALM_SECONDS)
  }
  await world.explained(async () => {
    for (const { status } of clustersOf(world))
      expect(['Active', 'Error', 'Repairing', 'Stopped', 'Deleted']).toContain(status)
    for (const cluster of clustersOf(world).filter(({ status, networkLags }) => status === 'Active' && !networkLags))
      expect(world.fleet.inboundOf(cluster)).toEqual(inboundRules(cluster.spec.network).map(({ cidr }) => cidr))
  })
}

/** Whoever never came up can only be deleted, and with two disks lost nobody but a person may say what is true. */
function isRecoverable(
  { fleet }: World,
  { clusterId, ledgerSequence }: ClusterRecord,
  walk: readonly Action[],
): boolean {
  const lostDisks = walk.filter(({ does }) => does === 'killWithDisk').length
  return ledgerSequence > 0 && lostDisks === 0 && fleet.machines().some(({ node }) => node.clusterId === clusterId)
}

/** Weir and, where it asks for a person, its tenant bring a cluster back. */
async function bringBack(world: World, { clusterId }: ClusterRecord): Promise<void> {
  const cluster = () => world.facts.clusters.get(clusterId)
  const isWell = () => cluster()?.status === 'Active' && cluster()?.health === 'Healthy'
  const isIdle = () => cluster()?.activeOperationId === undefined
  await started(world, cluster())
  for (let repairs = 0; !isWell() && repairs < MOST_REPAIRS; repairs++) {
    // Long enough for hosts to be heard again, and for the fleet to say that a machine is gone.
    await world.pass(LATEST_CALL_SECONDS)
    await world.runUntil(isIdle, 'what Weir does by itself to end', CALM_SECONDS)
    const bad = [...(world.facts.brokers.get(clusterId)?.values() ?? [])].find(
      ({ status, health }) => status !== 'Active' || health !== 'Healthy',
    )
    const known = cluster()
    if (!bad || !known) continue
    const asked = await world.during(mend(world, known, bad).catch(refused(world)))
    if (asked !== undefined) await ended(world, asked, CALM_SECONDS)
  }
  await world.explained(async () => expect(cluster()).toMatchObject({ status: 'Active', health: 'Healthy' }))
  const isFree = () => cluster()?.movedBy === undefined
  await world.runUntil(isFree, 'what operations have left in Kafka to be taken back', LATEST_CALL_SECONDS)
}

/** What a tenant does about a broker that is not well: one that has not joined yet, or only goes, does so when that is resumed. */
async function mend(world: World, cluster: ClusterRecord, bad: BrokerRecord): Promise<string> {
  const { tenantId, lastOperationId = '' } = cluster
  if (bad.joining === undefined && bad.status !== 'Deleting') return repair(world, cluster, bad.nodeId)
  const operationId = bad.joining ?? lastOperationId
  await control(world, tenantId, operationId, 'resume')
  return operationId
}

/** How what is no more up comes back. */
const BEGIN: Readonly<Partial<Record<ClusterRecord['status'], 'startCluster' | 'restoreCluster'>>> = {
  Stopped: 'startCluster',
  Deleted: 'restoreCluster',
}

/** One that was left stopped or deleted is started, so that it can be judged like any other. */
async function started(world: World, cluster: ClusterRecord | undefined): Promise<void> {
  const begin = cluster && BEGIN[cluster.status]
  if (begin) await ended(world, await world.during(power(world, cluster, begin)), CALM_SECONDS)
}

function refused(world: World) {
  return (thrown: unknown): undefined => {
    if (!(thrown instanceof DomainError)) throw thrown
    world.trace.note('refused', () => `in the calm: ${thrown.code} ${thrown.message}`)
  }
}

/** Every cluster that a walk left is asked to go, and leaves nothing. */
async function removeAll(world: World): Promise<void> {
  for (const { tenantId, clusterId } of clustersOf(world)) {
    const operationId = await world.during(askToDelete(world, tenantId, clusterId, true))
    await ended(world, operationId)
  }
  await world.pass(LATEST_CALL_SECONDS)
  await world.explained(async () => {
    expect([...world.fleet.resources(), ...world.certificates.authorities(), ...world.journal.running()]).toEqual([])
    expect(clustersOf(world)).toEqual([])
  })
}
