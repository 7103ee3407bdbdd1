import { expect } from 'vitest'
import { loadHost, loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, expectWhole, ledgerOf } from '../end-states.ts'
import { anOrder } from '../tenant.ts'
import { control, orTheOneThatRuns, patch, repair } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const BEFORE = [101, 102, 103, 104, 105]
const STAYING = [101, 102, 103]

/** Five brokers in one zone, of which two are to go, with a Kafka that knows of no cordon. */
const spec = anOrder({
  topology: 'dedicated',
  availabilityZones: ['az-1'],
  brokers: { count: BEFORE.length, volumeGiB: 100 },
  topics: [{ name: 'payments', partitions: 5 }],
})
const cordoned = { ...spec, kafkaVersion: '4.3.1' } as const
const oneMore = { ...cordoned, brokers: { ...spec.brokers, count: STAYING.length + 1 } }
const shrink = (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { brokerCount: STAYING.length }))

const brokersOf = (world: World, { clusterId }: ClusterRef) =>
  [...(world.facts.brokers.get(clusterId)?.values() ?? [])].filter(({ roles }) => roles.includes('broker'))
const nodeIds = (world: World, ref: ClusterRef) => brokersOf(world, ref).map(({ nodeId }) => nodeId)
const replicasOf = (world: World, { clusterId }: ClusterRef) =>
  [...world.kafka.data(clusterId).topics.values()].flatMap(({ replicas }) => replicas)

/** Copying is under way. */
const isMoving = (world: World, { clusterId }: ClusterRef) => world.kafka.data(clusterId).moves.size > 0

/** Replicas that take minutes, so that there is time to ask something meanwhile. */
async function shrinkLarge(world: World, ref: ClusterRef): Promise<string> {
  for (const partition of [0, 1, 2, 3, 4])
    world.kafka.data(ref.clusterId).sizes.set(`payments-${partition}`, 4 * 1024 ** 3)
  return shrink(world, ref)
}

/** A tenant makes a topic by Kafka's own protocol, which puts it on every broker that serves. */
function makeTopicOnAll(world: World, { clusterId }: ClusterRef, name: string): void {
  const replicas = [[105, 101, 102]]
  world.kafka.data(clusterId).topics.set(name, { name, partitions: 1, replicationFactor: 3, config: {}, replicas })
}

/** What taking brokers away may go through. */
export const shrinkLives: Readonly<Record<string, Life>> = {
  'empties a broker and takes it away': laterLife({ spec: oneMore, begin: shrink, judge: expectShrunk([104]) }),
  'rests while it empties two, goes on, and takes one after the other away': laterLife({
    spec,
    begin: pausedOnTheWay(shrinkLarge, isMoving),
    judge: expectShrunk([105, 104]),
  }),
  'is cancelled while it empties them, and all is as it was': laterLife({
    spec: cordoned,
    begin: cancelledOnTheWay(shrinkLarge, isMoving),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectKept(world, ref, BEFORE)
    },
  }),
  'brings a broker back on which a topic was made in the moment of its stop, and empties it again': laterLife({
    spec,
    begin: async (world, ref) => {
      const operationId = await shrink(world, ref)
      let state: string | undefined
      const isToStop = () => {
        const host = loadHost(world.outside.store, ref.tenantId, ref.clusterId, 105)
        void host.then((found) => {
          state = found?.record.desired?.kafka.processState
        })
        return state === 'Stopped'
      }
      await world.runUntil(isToStop, 'the stop of a broker')
      makeTopicOnAll(world, ref, 'late')
      return operationId
    },
    judge: expectShrunk([105, 104]),
  }),
  'fails where a broker dies that is being emptied: all stay, and it is brought back': laterLife({
    spec: cordoned,
    begin: loseMachine,
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed' })
      const isRepaired = () =>
        [...world.facts.operations.values()].some(
          (other) => other.type === 'repairBrokers' && other.state === 'Succeeded',
        )
      await world.runUntil(isRepaired, 'the repair of the broker')
      await world.runUntil(world.isQuiet, 'the end of what follows from it')
      expectKept(world, ref, BEFORE)
    },
  }),
}

/** The same where what happens calls no further step. */
export const furtherShrinkLives: Readonly<Record<string, Life>> = {
  'is cancelled when one of them is gone, and keeps the other': laterLife({
    spec,
    begin: cancelledOnTheWay(shrink, (world, ref) => brokersOf(world, ref).some(({ status }) => status === 'Deleting')),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectKept(world, ref, [101, 102, 103, 104])
    },
  }),
  'is cancelled while it rests, and takes back what it had begun': laterLife({
    spec: cordoned,
    begin: async (world, ref) => {
      const operationId = await shrinkLarge(world, ref)
      await world.runUntil(() => isMoving(world, ref), 'the first move')
      await world.during(control(world, 'acme', operationId, 'pause'))
      const isAtRest = () => world.facts.operations.get(operationId)?.state === 'Paused' && world.isQuiet()
      await world.runUntil(isAtRest, 'the operation to rest')
      await world.during(control(world, 'acme', operationId, 'cancel'))
      return operationId
    },
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Cancelled', attempt: 2 })
      expectKept(world, ref, BEFORE)
    },
  }),
  'takes away just the brokers that were named': laterLife({
    spec,
    begin: (world, ref) => orTheOneThatRuns(world, ref, patch(world, ref, { brokerCount: 3, leaving: [101, 103] })),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Succeeded')
      expectKept(world, ref, [102, 104, 105])
    },
  }),
  'stops when a volume cannot be removed, lets nothing else begin, and goes on there when it is resumed': laterLife({
    spec,
    begin: async (world, ref) => {
      const refused = {
        port: 'hosts',
        method: 'removeVolume',
        nodeId: 105,
        when: 'refused',
        error: 'ECONNRESET',
      } as const
      world.faults.add({ ports: [{ ...refused, times: 61 }] })
      const operationId = await shrink(world, ref)
      await world.runUntil(() => world.facts.operations.get(operationId)?.state === 'Failed', 'the operation to fail')
      await world.runUntil(world.isQuiet, 'the end of what follows from it')
      await world.explained(async () => {
        expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({
          status: 'Error',
          spec: { brokers: { count: 4 } },
        })
        const statuses = brokersOf(world, ref).map(({ nodeId, status }) => [nodeId, status])
        expect(statuses).toEqual([...[101, 102, 103, 104].map((nodeId) => [nodeId, 'Active']), [105, 'Deleting']])
        const refusal = { code: 'STATUS_NOT_ALLOWED', message: expect.stringContaining(operationId) }
        for (const ask of [() => patch(world, ref, { volumeGiB: 200 }), () => repair(world, ref, 105)])
          await expect(world.during(ask())).rejects.toMatchObject({ code: 'STATUS_NOT_ALLOWED' })
        await expect(world.during(repair(world, ref, 105))).rejects.toMatchObject(refusal)
      })
      await world.during(control(world, 'acme', operationId, 'resume'))
      return operationId
    },
    judge: (world, ref, operationId) => expectLeft(world, ref, operationId, [105, 104]),
  }),
}

/** The machine of a broker that is being emptied is lost. */
async function loseMachine(world: World, ref: ClusterRef): Promise<string> {
  const operationId = await shrinkLarge(world, ref)
  await world.runUntil(() => isMoving(world, ref), 'the first move')
  const lost = world.fleet.machines().find(({ node }) => node.clusterId === ref.clusterId && node.nodeId === 105)
  if (lost) world.fleet.kill(lost)
  return operationId
}

/** The same without a step that failed on the way. */
function expectShrunk(gone: readonly number[]) {
  return async (world: World, ref: ClusterRef, operationId: string): Promise<void> => {
    await expectLeft(world, ref, operationId, gone)
    const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
    // A call that hung until its phase was over says so.
    expect(steps.filter(({ state, code }) => state !== 'Succeeded' && code !== 'OPERATION_SUPERSEDED')).toEqual([])
  }
}

/** Only those are left that were to stay, with all replicas on them, and nothing tells of the others any more. */
async function expectLeft(world: World, ref: ClusterRef, operationId: string, gone: readonly number[]): Promise<void> {
  const { facts } = world
  expect(facts.operations.get(operationId)).toMatchObject({ type: 'shrinkBrokers', state: 'Succeeded' })
  expectKept(world, ref, STAYING)
  expect(facts.clusters.get(ref.clusterId)).toMatchObject({ highestGoneNodeId: gone[0] })
  const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
  expect(
    rows.map(({ brokers, cause }) => [cause, brokers.map(({ nodeId, volumeGiB }) => [nodeId, volumeGiB])]),
  ).toEqual(
    gone.flatMap((nodeId) => [
      ['broker stopped', [[nodeId, 100]]],
      ['broker removed', [[nodeId, 0]]],
    ]),
  )
}

/** Just these brokers serve, all replicas are on them, nobody was restarted, and nothing is left of what was done to Kafka. */
function expectKept(world: World, ref: ClusterRef, ids: readonly number[]): void {
  expectServing(world, ref)
  expect(nodeIds(world, ref)).toEqual(ids)
  expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ spec: { brokers: { count: ids.length } } })
  expectWhole(world, ref)
  for (const replicas of replicasOf(world, ref)) {
    expect(replicas.every((nodeId) => ids.includes(nodeId))).toBe(true)
    expect(new Set(replicas).size).toBe(3)
  }
  const { overrides, moves, topicSettings, registered } = world.kafka.data(ref.clusterId)
  expect([[...overrides.keys()], [...moves.keys()], [...topicSettings.keys()]]).toEqual([[], [], []])
  expect([...registered.keys()].toSorted()).toEqual(ids)
  expect(world.restarts).toEqual([])
}
