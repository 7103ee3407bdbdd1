import { expect } from 'vitest'
import { planRebalance } from '../../../shared/planner/rebalance/plan-rebalance.ts'
import { brokersOf, loadCluster, loadSteps } from '../../../shared/state/load.ts'
import { seeLayout } from '../../../shared/state/see-layout.ts'
import { loadProgress } from '../../../workflows/release-all.ts'
import type { ClusterRef } from '../end-states.ts'
import { throttledBrokers, throttledTopics } from '../models/kafka-moves.ts'
import { killKafka } from '../models/kafka-process.ts'
import { orTheOneThatRuns, rebalance } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

/** A topic of which broker 3 has nothing, and broker 1 leads everything. */
export const SKEWED = 'skewed'
const PARTITIONS = 12
const ON_TWO = [1, 2]
const MIB = 1024 ** 2

/** With this all is under way at once and done in seconds, with that there is a middle in which some are and some are not. */
const FAST = 20
const SLOW = 2

/** Puts everything of a topic on the first brokers, as it would be after others have come. */
export function skew(world: World, { clusterId }: Pick<ClusterRef, 'clusterId'>, copies = ON_TWO.length): void {
  const { topics, sizes, moves, leaders } = world.kafka.data(clusterId)
  const brokers = [...(world.facts.brokers.get(clusterId)?.values() ?? [])].filter(({ roles }) =>
    roles.includes('broker'),
  )
  const nodeIds = brokers.map(({ nodeId }) => nodeId).toSorted((a, b) => a - b)
  const replicas = Array.from({ length: PARTITIONS }, () => nodeIds.slice(0, copies))
  topics.set(SKEWED, { name: SKEWED, partitions: PARTITIONS, replicationFactor: copies, config: {}, replicas })
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const name = `${SKEWED}-${partition}`
    sizes.set(name, (20 + partition) * MIB)
    moves.delete(name)
    leaders.delete(name)
  }
}

/** Approves what is proposed; who asks again because the answer was lost finds the operation that runs. */
async function begun(world: World, ref: ClusterRef, throttleMiBPerSecond = FAST): Promise<string> {
  skew(world, ref)
  return orTheOneThatRuns(world, ref, rebalance(world, ref, throttleMiBPerSecond))
}

const slowly = (world: World, ref: ClusterRef) => begun(world, ref, SLOW)

const isMoving = (world: World, { clusterId }: ClusterRef) => world.kafka.data(clusterId).moves.size > 0

/** Something happens to the cluster while replicas are under way. */
const inTheMiddle =
  (happen: (world: World, ref: ClusterRef) => void) =>
  async (world: World, ref: ClusterRef): Promise<string> => {
    const operationId = await slowly(world, ref)
    await world.runUntil(() => isMoving(world, ref), 'the first replica to be moved')
    happen(world, ref)
    return operationId
  }

/** What a rebalance may go through. */
export const rebalanceLives: Readonly<Record<string, Life>> = {
  'brings replicas and leaders into balance': laterLife({
    begin: (world, ref) => begun(world, ref),
    judge: expectBalanced,
  }),
  'brings them into balance with a rest in between': laterLife({
    begin: pausedOnTheWay(slowly, isMoving),
    judge: expectBalanced,
  }),
  'is cancelled with replicas under way': laterLife({
    begin: cancelledOnTheWay(slowly, isMoving),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      const placed = world.kafka.data(ref.clusterId).topics.get(SKEWED)?.replicas ?? []
      expect(placed.filter((replicas) => replicas.join() === ON_TWO.join()).length).toBeGreaterThan(0)
      expectNothingLeft(world, ref)
    },
  }),
  'takes everything back when nothing is copied for long, and goes on when it is resumed': laterLife({
    begin: failedAndResumed(async (world, ref) => {
      const always = Number.POSITIVE_INFINITY
      world.faults.add({
        ports: [{ port: 'kafka', method: 'moveReplicas', when: 'refused', error: 'KAFKA_UNAVAILABLE', times: always }],
      })
      return begun(world, ref)
    }),
    judge: expectBalanced,
  }),
}

/** What else may happen meanwhile; no step is called that is not called otherwise. */
export const disturbedRebalances: Readonly<Record<string, Life>> = {
  'goes on when a broker that takes replicas is gone for a while': laterLife({
    begin: inTheMiddle((world) => {
      for (const machine of world.fleet.machines()) if (machine.node.nodeId === 3) killKafka(machine, world.clock.now())
    }),
    judge: expectBalanced,
  }),
  'leaves a partition that somebody else has placed meanwhile, and says so': laterLife({
    begin: inTheMiddle((world, { clusterId }) => {
      const { topics, moves } = world.kafka.data(clusterId)
      const topic = topics.get(SKEWED)
      const waiting = topic?.replicas.findIndex(
        (replicas, partition) => replicas.join() === ON_TWO.join() && !moves.has(`${SKEWED}-${partition}`),
      )
      if (!topic || waiting === undefined || waiting < 0) throw new Error('no partition waits to be moved')
      // Whichever it is, it may be one that stays; so all that wait are placed.
      const replicas = topic.replicas.map((now, partition) => (moves.has(`${SKEWED}-${partition}`) ? now : [1, 2, 3]))
      topics.set(SKEWED, { ...topic, replicas })
    }),
    judge: async (world, ref, operationId) => {
      const operation = world.facts.operations.get(operationId)
      expect(operation).toMatchObject({ state: 'Succeeded', warnings: [expect.stringContaining(SKEWED)] })
      const progress = await loadProgress(world.outside, ref.tenantId, operationId)
      expect(progress?.passedOver).toBeGreaterThan(0)
      expectNothingLeft(world, ref)
    },
  }),
  'raises a throttle that does not keep up with what clients write': laterLife({
    begin: async (world, ref) => {
      const operationId = await slowly(world, ref)
      const { sizes } = world.kafka.data(ref.clusterId)
      for (let look = 0; look < 20; look++) {
        for (const [name, bytes] of sizes) sizes.set(name, bytes + 4 * MIB)
        await world.pass(2)
      }
      return operationId
    },
    judge: async (world, ref, operationId) => {
      const operation = world.facts.operations.get(operationId)
      expect(operation).toMatchObject({ state: 'Succeeded', warnings: [expect.stringContaining('raised')] })
      const progress = await loadProgress(world.outside, ref.tenantId, operationId)
      expect(progress?.throttleBytesPerSecond).toBeGreaterThan(2 * SLOW * MIB)
      expectNothingLeft(world, ref)
    },
  }),
  'goes on when a topic goes and another comes': laterLife({
    begin: inTheMiddle((world, ref) => {
      const { topics, moves } = world.kafka.data(ref.clusterId)
      topics.delete(SKEWED)
      for (const [name, { topic }] of moves) if (topic === SKEWED) moves.delete(name)
      topics.set('new', { name: 'new', partitions: 1, replicationFactor: 3, config: {}, replicas: [[3, 1, 2]] })
    }),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Succeeded')
      expectNothingLeft(world, ref)
    },
  }),
}

/** Nothing of a rebalance is left in Kafka or in the record, and the cluster serves. */
export function expectNothingLeft(world: World, ref: ClusterRef): void {
  const data = world.kafka.data(ref.clusterId)
  expect([...data.moves.keys()]).toEqual([])
  expect([throttledTopics(data), throttledBrokers(data)]).toEqual([[], []])
  expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('movedBy')
  expect(world.restarts).toEqual([])
  expectServing(world, ref)
}

async function expectBalanced(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'rebalanceCluster', state: 'Succeeded' })
  const cluster = (await loadCluster(world.outside.store, ref.tenantId, ref.clusterId)).record
  const nodes = await brokersOf(world.outside.store, ref.tenantId, ref.clusterId)
  const { moves, before } = planRebalance(await world.during(seeLayout(world.outside, cluster, nodes)))
  expect({ moves, outside: before.outside }).toEqual({ moves: [], outside: { disk: 0, replicas: 0, leaders: 0 } })
  const placed = world.kafka.data(ref.clusterId).topics.get(SKEWED)?.replicas ?? []
  expect(placed.filter((replicas) => replicas.includes(3)).length).toBeGreaterThan(0)
  expectNothingLeft(world, ref)
  const progress = await loadProgress(world.outside, ref.tenantId, operationId)
  expect(progress).toMatchObject({ state: 'Ended', passedOver: 0 })
  expect(progress?.partitionsDone).toBe(progress?.partitionsTotal)
  expect(progress?.bytesDone).toBe(progress?.bytesTotal)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state, name }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
}
