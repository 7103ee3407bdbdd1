import { expect } from 'vitest'
import { loadSteps } from '../../../shared/state/load.ts'
import type { ClusterRef } from '../end-states.ts'
import { nodeName } from '../models/machine.ts'
import { orTheOneThatRuns, restart } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const NODES = [1, 2, 3]
const hosts = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, restart(world, ref, { mode: 'host' }))
const all = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, restart(world, ref))

/** What a restart of all nodes may go through. */
export const restartLives: Readonly<Record<string, Life>> = {
  'restarts every node exactly once': laterLife({ begin: all, judge: expectRestarted }),
  'reboots every host exactly once': laterLife({
    begin: hosts,
    judge: async (world, ref, operationId) => {
      await expectRestarted(world, ref, operationId)
      expect(world.fleet.machines().map(({ boots }) => boots)).toEqual([2, 2, 2])
    },
  }),
  'restarts every node exactly once, with a rest in between': laterLife({
    begin: pausedOnTheWay(all),
    judge: expectRestarted,
  }),
  'is cancelled between two nodes': laterLife({
    begin: cancelledOnTheWay(all),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expect(new Set(world.restarts).size).toBe(world.restarts.length)
      expect([1, 2]).toContain(world.restarts.length)
      expectServing(world, ref)
    },
  }),
  'fails at a node that does not come back and goes on there when it is resumed': laterLife({
    begin: failedAndResumed(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'processCrashLoops', nodeId: 2 }] })
      return all(world, ref)
    }),
    judge: expectRestarted,
  }),
}

/** Every node was restarted exactly once, and all serve. That none was stopped while another was behind is judged on the way. */
async function expectRestarted(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'rebootBrokers', state: 'Succeeded' })
  expect(world.restarts.toSorted()).toEqual(NODES.map((nodeId) => nodeName({ ...ref, nodeId })))
  expectServing(world, ref)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ name, state }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
}
