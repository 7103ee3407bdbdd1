import { expect } from 'vitest'
import { ended } from '../cluster-life.ts'
import { type ClusterRef, expectWhole } from '../end-states.ts'
import { anOrder, askToDelete } from '../tenant.ts'
import { orTheOneThatRuns, power } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay, whileAZoneHasNoMachine } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { dedicated, expectBack, expectStopped, isBegun } from './power.ts'

const KEEP_DAYS = 1

/** An order whose deletion can be undone, with controllers of their own. */
export const keptOrder = anOrder({ deletion: { keepDays: KEEP_DAYS } })
const keptDedicated = { ...dedicated, deletion: { keepDays: KEEP_DAYS } }

const restore = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, power(world, ref, 'restoreCluster'))

/** Deletes a cluster that is kept. */
export async function deleted(world: World, { tenantId, clusterId }: ClusterRef): Promise<void> {
  await ended(world, await world.during(askToDelete(world, tenantId, clusterId)))
  expectKept(world, { tenantId, clusterId })
}

/** What a restore may go through. */
export const restoreLives: Readonly<Record<string, Life>> = {
  'brings a deleted cluster back': laterLife({
    spec: keptOrder,
    prepare: deleted,
    begin: restore,
    judge: judgeRestored,
  }),
  'rests when the controllers are up, and goes on with the brokers': laterLife({
    spec: keptDedicated,
    prepare: deleted,
    begin: pausedOnTheWay(restore, isBegun('Starting')),
    judge: judgeRestored,
  }),
  'is cancelled on its way and leaves a cluster that is stopped': laterLife({
    spec: keptDedicated,
    prepare: deleted,
    begin: cancelledOnTheWay(restore, isBegun('Starting')),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectStopped(world, ref)
      expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('restorableUntil')
    },
  }),
  'fails while a zone has no machine, and goes on there when it is resumed': laterLife({
    spec: keptOrder,
    prepare: deleted,
    begin: failedAndResumed(whileAZoneHasNoMachine(restore)),
    judge: judgeRestored,
  }),
}

async function judgeRestored(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'restoreCluster', state: 'Succeeded' })
  expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('restorableUntil')
  await expectBack(world, ref)
}

/** The cluster is deleted: no machine is left, and all that a restore needs is. */
export function expectKept(world: World, ref: ClusterRef): void {
  const cluster = world.facts.clusters.get(ref.clusterId)
  expect(cluster).toMatchObject({ status: 'Deleted', health: 'Unknown', restorableUntil: expect.any(String) })
  expect(cluster).not.toHaveProperty('activeOperationId')
  const brokers = [...(world.facts.brokers.get(ref.clusterId)?.values() ?? [])]
  expect(brokers.map(({ status, released }) => `${status} ${released}`)).toEqual(brokers.map(() => 'Stopped true'))
  expect(world.fleet.machines()).toEqual([])
  expectWhole(world, ref, 0)
}
