import { expect } from 'vitest'
import { hostsOf, loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, ledgerOf } from '../end-states.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type LaterLife, type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

/** The size that volumes are ordered with, and the one that they grow to. */
export const SMALL_GIB = 100
export const LARGE_GIB = 150

const grow = (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { volumeGiB: LARGE_GIB }))

/** When each Kafka process was started, and with which restart nonce. */
const processesOf = ({ fleet }: World) =>
  fleet.machines().map(({ node, kafka }) => [node.nodeId, kafka?.startedAt, kafka?.desired.kafka.restartNonce])

/** A life in which no Kafka process is started again. */
function withoutRestart({ begin, judge }: LaterLife): Life {
  const before = new WeakMap<World, unknown>()
  return laterLife({
    begin: (world, ref) => {
      before.set(world, processesOf(world))
      return begin(world, ref)
    },
    judge: async (world, ref, operationId) => {
      await judge(world, ref, operationId)
      expect(processesOf(world)).toEqual(before.get(world))
    },
  })
}

/** What a growth of volumes may go through. */
export const extendLives: Readonly<Record<string, Life>> = {
  'grows every volume once, with no restart': withoutRestart({ begin: grow, judge: expectExtended }),
  'grows every volume once, with a rest in between': withoutRestart({
    begin: pausedOnTheWay(grow),
    judge: expectExtended,
  }),
  'is cancelled between two brokers': withoutRestart({
    begin: cancelledOnTheWay(grow),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectServing(world, ref)
      const brokers = [...(world.facts.brokers.get(ref.clusterId)?.values() ?? [])]
      const machines = world.fleet.machines().toSorted((a, b) => a.node.nodeId - b.node.nodeId)
      expect(machines.map((machine) => machine.fileSystemGiB)).toEqual(brokers.map(({ volumeGiB }) => volumeGiB))
      expect(new Set(brokers.map(({ volumeGiB }) => volumeGiB))).toEqual(new Set([SMALL_GIB, LARGE_GIB]))
    },
  }),
  'fails at a volume that breaks and goes on there when it is resumed': withoutRestart({
    begin: failedAndResumed(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'volumeFails', nodeId: 2 }] })
      return grow(world, ref)
    }),
    judge: expectExtended,
  }),
}

/** All brokers have the new size, in the cloud, on the host and on the bill, each exactly once. */
async function expectExtended(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, fleet, outside } = world
  const { tenantId, clusterId } = ref
  expect(facts.operations.get(operationId)).toMatchObject({ type: 'extendVolumes', state: 'Succeeded' })
  expectServing(world, ref)
  expect(facts.clusters.get(clusterId)).toMatchObject({ spec: { brokers: { volumeGiB: LARGE_GIB } } })
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  expect(brokers.map(({ volumeGiB }) => volumeGiB)).toEqual(brokers.map(() => LARGE_GIB))
  for (const machine of fleet.machines())
    expect([machine.volumeGiB(), machine.fileSystemGiB]).toEqual([LARGE_GIB, LARGE_GIB])
  const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
  const billed = rows.flatMap((row) => row.brokers.map(({ nodeId, volumeGiB }) => [nodeId, volumeGiB]))
  expect(billed.toSorted()).toEqual(brokers.map(({ nodeId }) => [nodeId, LARGE_GIB]).toSorted())
  const hosts = await hostsOf(outside.store, tenantId, clusterId)
  expect(hosts.map(({ desired }) => desired?.revision)).toEqual(hosts.map(() => 2))
  const steps = await loadSteps(outside.store, tenantId, operationId)
  expect(steps.filter(({ name, state }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
}
