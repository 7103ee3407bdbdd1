import { expect } from 'vitest'
import { loadHost, loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, expectWhole, ledgerOf } from '../end-states.ts'
import { isOn } from '../models/machine.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

/** The node whose machine is lost. */
const LOST = 2

/** Loses the machine of a node and waits until Weir itself has ordered its repair. */
async function loseMachine(world: World, ref: ClusterRef): Promise<string> {
  const machine = machineOf(world, ref.clusterId, LOST)
  if (machine) world.fleet.kill(machine)
  return repairOrdered(world)
}

/** Loses a machine with its volume. */
async function loseVolume(world: World, ref: ClusterRef): Promise<string> {
  const machine = machineOf(world, ref.clusterId, LOST)
  if (machine) world.fleet.killWithDisk(machine)
  return repairOrdered(world)
}

/** The same so that there is time to ask something of the repair before it begins. */
async function loseMachineSlowly(world: World, ref: ClusterRef): Promise<string> {
  world.faults.add({ delivery: { delaySeconds: 5 } })
  return loseMachine(world, ref)
}

async function repairOrdered(world: World): Promise<string> {
  const ordered = () => [...world.facts.operations.values()].find(({ type }) => type === 'repairBrokers')
  await world.runUntil(() => ordered() !== undefined, 'the repair to be ordered')
  return ordered()?.operationId ?? ''
}

const always = () => true

/** What the loss of a machine may lead to, with nobody asking for anything. */
export const repairLives: Readonly<Record<string, Life>> = {
  'replaces a machine that is gone': laterLife({ begin: loseMachine, judge: expectRepaired }),
  'replaces a machine and its volume that are gone': laterLife({ begin: loseVolume, judge: expectReplacedVolume }),
  'rests before it begins': laterLife({ begin: pausedOnTheWay(loseMachineSlowly, always), judge: expectRepaired }),
  'is cancelled before it begins, and another one is ordered': laterLife({
    begin: cancelledOnTheWay(loseMachineSlowly, always),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      await expectAnother(world, ref, operationId)
    },
  }),
  'fails while no machine is to be had, and another one is ordered when there is': laterLife({
    begin: async (world, ref) => {
      const none = {
        port: 'hosts',
        method: 'ensureInstance',
        when: 'refused',
        error: 'NO_CAPACITY',
        times: 13,
      } as const
      world.faults.add({ ports: [none] })
      return loseMachine(world, ref)
    },
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error: { code: 'NO_CAPACITY' } })
      await expectAnother(world, ref, operationId)
    },
  }),
}

/** The same with an empty volume, on which Kafka was started and which is the node's only one. */
async function expectReplacedVolume(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  await expectRepaired(world, ref, operationId)
  const host = (await loadHost(world.outside.store, ref.tenantId, ref.clusterId, LOST))?.record
  expect(host?.volumeIncarnation).toBeGreaterThan(1)
  expect(host).not.toHaveProperty('emptyVolume')
  expect(machineOf(world, ref.clusterId, LOST)?.volumeId).toBe(host?.volumeId)
}

const machineOf = ({ fleet }: World, clusterId: string, nodeId: number) =>
  fleet.machines().find(({ node }) => node.clusterId === clusterId && node.nodeId === nodeId)

async function expectAnother(world: World, ref: ClusterRef, first: string): Promise<void> {
  const another = () =>
    [...world.facts.operations.values()].find(
      ({ type, operationId, state }) => type === 'repairBrokers' && operationId !== first && state === 'Succeeded',
    )
  await world.runUntil(() => another() !== undefined, 'another repair')
  await world.runUntil(world.isQuiet, 'the end of what follows from it')
  await expectRepaired(world, ref, another()?.operationId ?? '')
}

/** The node has another machine under its old identity, volume and address; nobody else was touched, nor was the bill. */
export async function expectRepaired(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, fleet, outside, restarts } = world
  expect(facts.operations.get(operationId)).toMatchObject({
    type: 'repairBrokers',
    state: 'Succeeded',
    requestedBy: 'weir',
  })
  expectServing(world, ref)
  const isLost = (name: string) => name.endsWith(`/${LOST}`)
  expect(restarts.filter((name) => !isLost(name))).toEqual([])
  const machines = fleet.machines().filter(isOn)
  const firstVoters = JSON.stringify(machines[0]?.kafka?.desired.kafka.voters)
  expect(machines.map(({ kafka }) => JSON.stringify(kafka?.desired.kafka.voters))).toEqual(
    machines.map(() => firstVoters),
  )
  // Kafka that serves on the new machine before anyone asks is not started a second time.
  const nonces = machines.map(({ kafka }) => kafka?.desired.kafka.restartNonce).toSorted()
  expect([[1, 1, 1].join(), [1, 1, 2].join()]).toContain(nonces.join())
  expectWhole(world, ref)
  expect((await ledgerOf(world, ref)).map(({ cause }) => cause)).toEqual(['cluster active'])
  const steps = await loadSteps(outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
