import { expect } from 'vitest'
import { hostsOf, loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, expectWhole, ledgerOf } from '../end-states.ts'
import { anOrder } from '../tenant.ts'
import type { World } from '../world.ts'
import { type LaterLife, type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

/** The brokers that a cluster has before others join, and all of its nodes. */
export const BROKERS = [101, 102, 103]
const OLD = [1, 2, 3, ...BROKERS]

/** All in one zone, so that any number of brokers can join. */
export const DEDICATED = anOrder({
  topology: 'dedicated',
  availabilityZones: ['az-1'],
  brokers: { count: BROKERS.length, volumeGiB: 100 },
})

/** Judges what an operation has made of a cluster. */
type Judge = LaterLife['judge']

/** The processes of the brokers that were there before, and what their hosts were told. */
async function oldOnes({ fleet, outside }: World, { tenantId, clusterId }: ClusterRef) {
  const isOld = ({ nodeId }: { readonly nodeId: number }) => OLD.includes(nodeId)
  const hosts = (await hostsOf(outside.store, tenantId, clusterId)).filter(isOld)
  return {
    processes: fleet
      .machines()
      .filter(({ node }) => isOld(node))
      .map(({ node, kafka, boots }) => [node.nodeId, kafka?.startedAt, boots]),
    told: hosts.map(({ nodeId, desired, generation }) => [nodeId, desired, generation]),
  }
}

/** A life that the brokers which were there before know nothing of. */
export function unnoticed({ begin, judge }: Omit<LaterLife, 'spec'>): Life {
  const before = new WeakMap<World, unknown>()
  return laterLife({
    spec: DEDICATED,
    begin: async (world, ref) => {
      before.set(world, await oldOnes(world, ref))
      return begin(world, ref)
    },
    judge: async (world, ref, operationId) => {
      await judge(world, ref, operationId)
      expect(await oldOnes(world, ref)).toEqual(before.get(world))
    },
  })
}

/** The brokers have joined, and each of them holds a share of the replicas. */
export const expectExpanded =
  (added: readonly number[]): Judge =>
  async (world, ref, operationId) => {
    await expectAdded(added)(world, ref, operationId)
    const holders = [...world.kafka.data(ref.clusterId).topics.values()].flatMap(({ replicas }) => replicas.flat())
    expect(added.filter((nodeId) => !holders.includes(nodeId))).toEqual([])
  }

/** The brokers have joined, and nothing went wrong on the way in the end. */
export const expectAdded =
  (added: readonly number[]): Judge =>
  async (world, ref, operationId) => {
    expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'expandBrokers', state: 'Succeeded' })
    await expectJoined(added)(world, ref, operationId)
    const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
    expect(steps.filter(({ name, state }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
  }

/** The cluster is whole with the brokers that have joined, which are on the bill from when they served. */
export const expectJoined =
  (added: readonly number[]): Judge =>
  async (world, ref, operationId) => {
    const { facts, names, publicEntries } = world
    expectServing(world, ref)
    expectWhole(world, ref)
    const all = [...BROKERS, ...added]
    expect(facts.clusters.get(ref.clusterId)).toMatchObject({ spec: { brokers: { count: all.length } } })
    const brokers = [...(facts.brokers.get(ref.clusterId)?.values() ?? [])]
    expect(brokers.map(({ nodeId }) => nodeId)).toEqual([...OLD, ...added])
    expect(brokers.filter(({ joining }) => joining !== undefined)).toEqual([])
    expect(names.listedOf(ref).toSorted()).toEqual(all)
    expect(publicEntries.ledTo(ref).map(({ nodeId, aside = false }) => [nodeId, aside])).toEqual(
      all.map((nodeId) => [nodeId, false]),
    )
    const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
    const billed = rows.flatMap((row) => row.brokers)
    expect(billed).toEqual(added.map((nodeId) => ({ nodeId, instanceType: 'r2a.2xlarge', volumeGiB: 100 })))
  }

/** The cluster is what it was before: nothing of the brokers that were to join is left, and none of it was ever billed. */
export const expectWithdrawn =
  (added: readonly number[]): Judge =>
  async (world, ref, operationId) => {
    const { facts, kafka, names, publicEntries } = world
    expect(facts.operations.get(operationId)?.state).toBe('Cancelled')
    expectServing(world, ref)
    expectWhole(world, ref)
    expect(facts.clusters.get(ref.clusterId)).toMatchObject({
      spec: { brokers: { count: BROKERS.length } },
      highestGoneNodeId: Math.max(...added),
    })
    expect([...(facts.brokers.get(ref.clusterId)?.keys() ?? [])]).toEqual(OLD)
    expect([...kafka.data(ref.clusterId).registered.keys()].toSorted()).toEqual(BROKERS)
    expect(names.listedOf(ref).toSorted()).toEqual(BROKERS)
    expect(publicEntries.ledTo(ref).map(({ nodeId }) => nodeId)).toEqual(BROKERS)
    expect((await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)).toEqual([])
  }
