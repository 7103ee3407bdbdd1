import { expect } from 'vitest'
import { loadHost } from '../../../shared/state/load.ts'
import { ended } from '../cluster-life.ts'
import { type ClusterRef, expectWhole, ledgerOf } from '../end-states.ts'
import { anOrder } from '../tenant.ts'
import { orTheOneThatRuns, power } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay, whileAZoneHasNoMachine } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const stop = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, power(world, ref, 'stopCluster'))
const start = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, power(world, ref, 'startCluster'))

/** Controllers of their own, so that there is a border between two groups of nodes. */
export const dedicated = anOrder({ topology: 'dedicated', brokers: { count: 3, volumeGiB: 100 } })

async function stopped(world: World, ref: ClusterRef): Promise<void> {
  await ended(world, await stop(world, ref))
  expectStopped(world, ref)
}

const brokersOf = (world: World, { clusterId }: ClusterRef) => [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
/** Tells whether some node is in a status. */
export const isBegun = (status: string) => (world: World, ref: ClusterRef) =>
  brokersOf(world, ref).some((broker) => broker.status === status)

/** What a stop may go through. */
export const stopLives: Readonly<Record<string, Life>> = {
  'gives all machines back and keeps all else': laterLife({ begin: stop, judge: judgeStopped }),
  'rests when the brokers are stopped, and goes on with the controllers': laterLife({
    spec: dedicated,
    begin: pausedOnTheWay(stop, isBegun('Stopping')),
    judge: judgeStopped,
  }),
  'is cancelled on its way and brings back what it has stopped': laterLife({
    spec: dedicated,
    begin: cancelledOnTheWay(stop, isBegun('Stopped')),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      await expectBack(world, ref)
    },
  }),
  'fails while a machine cannot be given back, and goes on there when it is resumed': laterLife({
    begin: failedAndResumed(async (world, ref) => {
      const refused = {
        port: 'hosts',
        method: 'removeInstance',
        nodeId: 2,
        when: 'refused',
        error: 'ECONNRESET',
      } as const
      world.faults.add({ ports: [{ ...refused, times: 61 }] })
      return stop(world, ref)
    }),
    judge: judgeStopped,
  }),
}

/** What a start may go through. */
export const startLives: Readonly<Record<string, Life>> = {
  'brings the same cluster back': laterLife({ prepare: stopped, begin: start, judge: judgeStarted }),
  'rests when the controllers are up, and goes on with the brokers': laterLife({
    spec: dedicated,
    prepare: stopped,
    begin: pausedOnTheWay(start, isBegun('Starting')),
    judge: judgeStarted,
  }),
  'is cancelled on its way and stops again what it has started': laterLife({
    spec: dedicated,
    prepare: stopped,
    begin: cancelledOnTheWay(start, isBegun('Starting')),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectStopped(world, ref)
    },
  }),
  'fails while a zone has no machine, and goes on there when it is resumed': laterLife({
    prepare: stopped,
    begin: failedAndResumed(whileAZoneHasNoMachine(start)),
    judge: judgeStarted,
  }),
}

export async function judgeStopped(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'stopCluster', state: 'Succeeded' })
  expectStopped(world, ref)
  expect(await causesOf(world, ref)).toEqual(['cluster active', 'cluster stopped'])
}

/** What the ledger's rows are for; several in a row for the same where there was a rest in between. */
async function causesOf(world: World, ref: ClusterRef): Promise<readonly string[]> {
  const causes = (await ledgerOf(world, ref)).map(({ cause }) => cause)
  return causes.filter((cause, index) => cause !== causes[index - 1])
}

/** No machine is left, everything else is, and each node is ready for its next machine. */
export function expectStopped(world: World, ref: ClusterRef): void {
  expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Stopped', health: 'Unknown' })
  expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('activeOperationId')
  const brokers = brokersOf(world, ref)
  expect(brokers.map(({ status, released }) => `${status} ${released}`)).toEqual(brokers.map(() => 'Stopped true'))
  expect(world.fleet.machines()).toEqual([])
  expectWhole(world, ref, 0)
}

export async function judgeStarted(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'startCluster', state: 'Succeeded' })
  await expectBack(world, ref)
  expect(await causesOf(world, ref)).toEqual(['cluster active', 'cluster stopped', 'cluster started'])
}

/** The cluster serves with its old volumes and addresses and the topics that it had. */
export async function expectBack(world: World, ref: ClusterRef): Promise<void> {
  expectServing(world, ref)
  expectWhole(world, ref)
  for (const { nodeId, address } of brokersOf(world, ref)) {
    const machine = world.fleet.machines().find(({ node }) => node.nodeId === nodeId)
    const host = (await loadHost(world.outside.store, ref.tenantId, ref.clusterId, nodeId))?.record
    expect(machine).toMatchObject({ volumeId: host?.volumeId, instanceId: host?.instanceId, address })
  }
  const { topics, users } = world.kafka.data(ref.clusterId)
  expect({ topics: [...topics.keys()], users: [...users.keys()] }).toEqual({ topics: ['payments'], users: [] })
}
