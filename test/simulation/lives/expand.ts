import { expect } from 'vitest'
import { hostsOf, loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, expectGone, expectWhole, ledgerOf } from '../end-states.ts'
import { anOrder, askToDelete } from '../tenant.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { ask, cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type LaterLife, type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const OLD = [1, 2, 3, 101, 102, 103]
const NEW = [104, 105]
const BROKERS = [101, 102, 103]

/** All in one zone, so that two brokers can join. */
const spec = anOrder({
  topology: 'dedicated',
  availabilityZones: ['az-1'],
  brokers: { count: BROKERS.length, volumeGiB: 100 },
})

const add = (rebalance: boolean) => (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { brokerCount: BROKERS.length + NEW.length, rebalance }))
const expand = add(true)
/** What moves is gone through elsewhere, by the operation that does nothing else. */
const expandOnly = add(false)

const statusesOf = ({ facts }: World, { clusterId }: ClusterRef) =>
  NEW.map((nodeId) => facts.brokers.get(clusterId)?.get(nodeId)?.status)
const areUp = (world: World, ref: ClusterRef) => statusesOf(world, ref).every((status) => status === 'Creating')

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
function unnoticed({ begin, judge }: Omit<LaterLife, 'spec'>): Life {
  const before = new WeakMap<World, unknown>()
  return laterLife({
    spec,
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

const withLoops = async (world: World, ref: ClusterRef) => {
  world.faults.add({ hosts: [{ kind: 'processCrashLoops', nodeId: 105 }] })
  return expand(world, ref)
}

/** What further brokers may go through. */
export const expandLives: Readonly<Record<string, Life>> = {
  'adds brokers, and nobody else is touched': unnoticed({ begin: expandOnly, judge: expectAdded }),
  'is cancelled before the brokers are up, and leaves nothing of them': unnoticed({
    begin: cancelledOnTheWay(expandOnly, (world, ref) => statusesOf(world, ref).includes('Creating')),
    judge: expectWithdrawn,
  }),
  'adds brokers and moves replicas onto them, with a rest in between': unnoticed({
    begin: pausedOnTheWay(expand, (world, ref) => statusesOf(world, ref).includes('Starting')),
    judge: expectExpanded,
  }),
  'fails at a broker that does not come up, and goes on there when it is resumed': unnoticed({
    begin: failedAndResumed(withLoops),
    judge: expectExpanded,
  }),
}

/** What else they may go through, by steps that are known from there. */
export const furtherExpandLives: Readonly<Record<string, Life>> = {
  'fails at a broker that does not come up, is cancelled and leaves nothing of it': unnoticed({
    begin: async (world, ref) => {
      const operationId = await withLoops(world, ref)
      await world.runUntil(() => world.facts.operations.get(operationId)?.state === 'Failed', 'the operation to fail')
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Error', health: 'Degraded' })
      await ask(world, operationId, 'cancel')
      return operationId
    },
    judge: expectWithdrawn,
  }),
  'rests with its brokers up, is cancelled and leaves nothing of them': unnoticed({
    begin: async (world, ref) => {
      const operationId = await expand(world, ref)
      await world.runUntil(() => areUp(world, ref), 'the brokers to be up')
      await ask(world, operationId, 'pause')
      const stateOf = () => world.facts.operations.get(operationId)?.state ?? ''
      await world.runUntil(
        () => ['Paused', 'Succeeded'].includes(stateOf()) && world.isQuiet(),
        'the operation to rest',
      )
      if (stateOf() === 'Paused') await ask(world, operationId, 'cancel')
      return operationId
    },
    judge: expectWithdrawn,
  }),
  'is cancelled while replicas move, and keeps the brokers that have joined': unnoticed({
    begin: cancelledOnTheWay(
      expand,
      ({ facts }, { clusterId }) => facts.clusters.get(clusterId)?.movedBy !== undefined,
    ),
    judge: async (world, ref, operationId) => {
      expect(['Cancelled', 'Succeeded']).toContain(world.facts.operations.get(operationId)?.state)
      await expectJoined(world, ref, operationId)
    },
  }),
  'is overtaken by a delete, which leaves nothing': laterLife({
    spec,
    begin: async (world, ref) => {
      await expand(world, ref)
      await world.runUntil(() => statusesOf(world, ref).includes('Creating'), 'a broker to come into being')
      return world.during(askToDelete(world, ref.tenantId, ref.clusterId))
    },
    judge: expectGone,
  }),
}

/** The brokers have joined, and each of them holds a share of the replicas. */
async function expectExpanded(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  await expectAdded(world, ref, operationId)
  const holders = [...world.kafka.data(ref.clusterId).topics.values()].flatMap(({ replicas }) => replicas.flat())
  expect(NEW.filter((nodeId) => !holders.includes(nodeId))).toEqual([])
}

/** The brokers have joined, and nothing went wrong on the way in the end. */
async function expectAdded(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'expandBrokers', state: 'Succeeded' })
  await expectJoined(world, ref, operationId)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ name, state }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
}

/** The cluster is whole with the brokers that have joined, which are on the bill from when they served. */
async function expectJoined(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, names, publicEntries } = world
  expectServing(world, ref)
  expectWhole(world, ref)
  const all = [...BROKERS, ...NEW]
  expect(facts.clusters.get(ref.clusterId)).toMatchObject({ spec: { brokers: { count: all.length } } })
  const brokers = [...(facts.brokers.get(ref.clusterId)?.values() ?? [])]
  expect(brokers.map(({ nodeId }) => nodeId)).toEqual([...OLD, ...NEW])
  expect(brokers.filter(({ joining }) => joining !== undefined)).toEqual([])
  expect(names.listedOf(ref).toSorted()).toEqual(all)
  expect(publicEntries.ledTo(ref).map(({ nodeId, leaving = false }) => [nodeId, leaving])).toEqual(
    all.map((nodeId) => [nodeId, false]),
  )
  const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
  const billed = rows.flatMap((row) => row.brokers)
  expect(billed).toEqual(NEW.map((nodeId) => ({ nodeId, instanceType: 'r2a.2xlarge', volumeGiB: 100 })))
}

/** The cluster is what it was before: nothing of the brokers that were to join is left, and none of it was ever billed. */
async function expectWithdrawn(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, kafka, names, publicEntries } = world
  expect(facts.operations.get(operationId)?.state).toBe('Cancelled')
  expectServing(world, ref)
  expectWhole(world, ref)
  expect(facts.clusters.get(ref.clusterId)).toMatchObject({
    spec: { brokers: { count: BROKERS.length } },
    highestGoneNodeId: Math.max(...NEW),
  })
  expect([...(facts.brokers.get(ref.clusterId)?.keys() ?? [])]).toEqual(OLD)
  expect([...kafka.data(ref.clusterId).registered.keys()].toSorted()).toEqual(BROKERS)
  expect(names.listedOf(ref).toSorted()).toEqual(BROKERS)
  expect(publicEntries.ledTo(ref).map(({ nodeId }) => nodeId)).toEqual(BROKERS)
  expect((await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)).toEqual([])
}
