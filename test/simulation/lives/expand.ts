import { expect } from 'vitest'
import { type ClusterRef, expectGone } from '../end-states.ts'
import { askToDelete } from '../tenant.ts'
import { makeTopic, orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { ask, cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import {
  BROKERS,
  DEDICATED,
  expectAdded,
  expectExpanded,
  expectJoined,
  expectWithdrawn,
  unnoticed,
} from './expanded.ts'
import { type Life, laterLife } from './life.ts'

const order = (added: readonly number[], rebalance: boolean) => (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { brokerCount: BROKERS.length + added.length, rebalance }))

const has =
  (added: readonly number[], wanted: string) =>
  (world: World, { clusterId }: ClusterRef) =>
    added.some((nodeId) => world.facts.brokers.get(clusterId)?.get(nodeId)?.status === wanted)

const operationOf = ({ facts }: World, operationId: string) => facts.operations.get(operationId)

/** What brokers that join may go through; each life takes steps that those before it do not. */
function livesAdding(added: readonly number[]): Readonly<Record<string, Life>> {
  const expand = order(added, true)
  // What moves is gone through by the operation that does nothing else.
  const expandOnly = order(added, false)
  return {
    'adds brokers, and nobody else is touched': unnoticed({ begin: expandOnly, judge: expectAdded(added) }),
    'is cancelled before the brokers are up, and leaves nothing of them': unnoticed({
      begin: cancelledOnTheWay(expandOnly, has(added, 'Creating')),
      judge: expectWithdrawn(added),
    }),
    'adds brokers and moves replicas onto them, with a rest in between': unnoticed({
      begin: pausedOnTheWay(expand, has(added, 'Starting')),
      judge: expectExpanded(added),
    }),
    'fails at a broker that does not come up, and goes on there when it is resumed': unnoticed({
      begin: failedAndResumed(withoutLast(added, 'processCrashLoops')),
      judge: expectExpanded(added),
    }),
  }
}

/** The last of the brokers does not come up. */
const withoutLast =
  (added: readonly number[], kind: 'processCrashLoops' | 'brokerNeverRegisters') =>
  async (world: World, ref: ClusterRef) => {
    world.faults.add({ hosts: [{ kind, nodeId: Math.max(...added) }] })
    return order(added, true)(world, ref)
  }

/** One broker joins. */
export const expandLives = livesAdding([104])

const TWO = [104, 105]

/** What two brokers go through together, and what else may happen by steps that are known from there. */
export const furtherExpandLives: Readonly<Record<string, Life>> = {
  ...livesAdding(TWO),
  'fails at a broker that does not come up, is cancelled and leaves nothing of it': unnoticed({
    begin: async (world, ref) => {
      const operationId = await withoutLast(TWO, 'processCrashLoops')(world, ref)
      await world.runUntil(() => operationOf(world, operationId)?.state === 'Failed', 'the operation to fail')
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Error', health: 'Degraded' })
      await ask(world, operationId, 'cancel')
      return operationId
    },
    judge: expectWithdrawn(TWO),
  }),
  'takes no broker away that holds replicas already, and goes on when it is resumed': unnoticed({
    begin: async (world, ref) => {
      const operationId = await withoutLast(TWO, 'brokerNeverRegisters')(world, ref)
      await world.runUntil(() => operationOf(world, operationId)?.state === 'Failed', 'the operation to fail')
      await world.during(makeTopic(world, ref, 'early'))
      await ask(world, operationId, 'cancel')
      const isRefused = () => operationOf(world, operationId)?.error?.code === 'BROKER_NOT_EMPTY'
      await world.runUntil(isRefused, 'the cancel to be refused')
      world.faults.mendHosts()
      await world.pass(60)
      await ask(world, operationId, 'resume')
      return operationId
    },
    judge: expectExpanded(TWO),
  }),
  'takes none of them away where a topic is made on one in the last moment, and goes on when it is resumed': unnoticed({
    begin: async (world, ref) => {
      const operationId = await cancelledOnTheWay(order(TWO, true), has(TWO, 'Creating'))(world, ref)
      const machines = () => world.fleet.machines().filter(({ node }) => TWO.includes(node.nodeId))
      await world.runUntil(() => machines().length === 0, 'the machines to go')
      const replicas = [[105, 101, 102]]
      world.kafka
        .data(ref.clusterId)
        .topics.set('late', { name: 'late', partitions: 1, replicationFactor: 3, config: {}, replicas })
      const isRefused = () => operationOf(world, operationId)?.error?.code === 'BROKER_NOT_EMPTY'
      await world.runUntil(isRefused, 'the cancel to be refused')
      await world.explained(async () =>
        expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Error', health: 'Degraded' }),
      )
      await ask(world, operationId, 'resume')
      return operationId
    },
    judge: expectExpanded(TWO),
  }),
  'rests with its brokers up, is cancelled and leaves nothing of them': unnoticed({
    begin: async (world, ref) => {
      const operationId = await order(TWO, true)(world, ref)
      await world.runUntil(() => !has(TWO, 'Starting')(world, ref), 'the brokers to be up')
      await ask(world, operationId, 'pause')
      const isAtRest = () => operationOf(world, operationId)?.state === 'Paused' && world.isQuiet()
      await world.runUntil(isAtRest, 'the operation to rest')
      await ask(world, operationId, 'cancel')
      return operationId
    },
    judge: expectWithdrawn(TWO),
  }),
  'is cancelled while replicas move, and keeps the brokers that have joined': unnoticed({
    begin: cancelledOnTheWay(
      order(TWO, true),
      ({ facts }, { clusterId }) => facts.clusters.get(clusterId)?.movedBy !== undefined,
    ),
    judge: async (world, ref, operationId) => {
      expect(operationOf(world, operationId)?.state).toBe('Cancelled')
      await expectJoined(TWO)(world, ref, operationId)
    },
  }),
  'is overtaken by a delete, which leaves nothing': laterLife({
    spec: DEDICATED,
    begin: async (world, ref) => {
      await order(TWO, true)(world, ref)
      await world.runUntil(() => has(TWO, 'Creating')(world, ref), 'a broker to come into being')
      return world.during(askToDelete(world, ref.tenantId, ref.clusterId))
    },
    judge: expectGone,
  }),
}
