import { expect } from 'vitest'
import { loadSteps } from '../../../shared/state/load.ts'
import { type ClusterRef, ledgerOf } from '../end-states.ts'
import { DEADLY_CONFIG } from '../models/kafka-process.ts'
import { anOrder } from '../tenant.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { expectConfig, FIRST, SECOND } from './configure.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { LARGE_GIB } from './extend.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const spec = anOrder({ config: FIRST })
const both =
  (config = SECOND) =>
  (world: World, ref: ClusterRef) =>
    orTheOneThatRuns(world, ref, patch(world, ref, { volumeGiB: LARGE_GIB, config }))

/** What a growth and another configuration in one operation may go through. */
export const updateLives: Readonly<Record<string, Life>> = {
  'grows every volume once and restarts every broker once': laterLife({ spec, begin: both(), judge: expectUpdated }),
  'grows and restarts every broker once, with a rest in between': laterLife({
    spec,
    begin: pausedOnTheWay(both()),
    judge: expectUpdated,
  }),
  'is cancelled between two brokers': laterLife({
    spec,
    begin: cancelledOnTheWay(both()),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expect(world.restarts).toEqual([])
      expectServing(world, ref)
    },
  }),
  'keeps the larger volumes when the configuration has to be taken back': laterLife({
    spec,
    begin: both({ ...SECOND, ...DEADLY_CONFIG }),
    judge: async (world, ref, operationId) => {
      const error = { code: 'BROKER_PROCESS_FAILED', step: 'restartKafka' }
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error })
      expectServing(world, ref)
      expectConfig(world, ref, FIRST, 1)
      await expectLarge(world, ref, operationId)
    },
  }),
  'fails at a broker that starts with neither configuration, and goes on there when it is resumed': laterLife({
    spec,
    begin: failedAndResumed(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'processCrashLoops', nodeId: 2 }] })
      return both()(world, ref)
    }),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded', attempt: 2 })
      expectServing(world, ref)
      expectConfig(world, ref, SECOND, 2)
      await expectLarge(world, ref, operationId)
    },
  }),
}

async function expectLarge(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const brokers = [...(world.facts.brokers.get(ref.clusterId)?.values() ?? [])]
  expect(brokers.map(({ volumeGiB }) => volumeGiB)).toEqual(brokers.map(() => LARGE_GIB))
  for (const machine of world.fleet.machines())
    expect([machine.volumeGiB(), machine.fileSystemGiB]).toEqual([LARGE_GIB, LARGE_GIB])
  const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
  const billed = rows.flatMap((row) => row.brokers.map(({ nodeId }) => nodeId))
  expect(billed.toSorted()).toEqual(brokers.map(({ nodeId }) => nodeId))
}

async function expectUpdated(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'updateCluster', state: 'Succeeded' })
  expectServing(world, ref)
  expectConfig(world, ref, SECOND, 2)
  expect(world.restarts).toHaveLength(3)
  expect(new Set(world.restarts).size).toBe(3)
  await expectLarge(world, ref, operationId)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
