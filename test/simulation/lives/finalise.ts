import { expect } from 'vitest'
import { type FeatureLevels, levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadSteps } from '../../../shared/state/load.ts'
import type { ClusterRef } from '../end-states.ts'
import { anOrder } from '../tenant.ts'
import { finalise, orTheOneThatRuns } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const NEW = '4.3.1'
const OLD = levelsOfRelease('3.7.1')
const spec = anOrder({ kafkaVersion: NEW })

const finaliseAll = (world: World, ref: ClusterRef) => orTheOneThatRuns(world, ref, finalise(world, ref))

/** Every node runs its release by now, and nothing of it is finalised: what a roll leaves. */
export async function leaveUnfinalised(world: World, ref: ClusterRef): Promise<void> {
  const { features } = world.kafka.data(ref.clusterId)
  features.clear()
  for (const [feature, level] of Object.entries(OLD)) features.set(feature, level)
  await changeCluster(world.outside, ref, (draft) => draft.setCluster({ featureLevels: OLD }))
}

function afterRoll(begin: (world: World, ref: ClusterRef) => Promise<string>) {
  return async (world: World, ref: ClusterRef) => {
    await leaveUnfinalised(world, ref)
    return begin(world, ref)
  }
}

const levelsOf = (world: World, { clusterId }: ClusterRef) => world.facts.clusters.get(clusterId)?.featureLevels
const isHalfDone = (world: World, ref: ClusterRef) => levelsOf(world, ref)?.['metadata.version'] === 30

/** Metadata has its level, and the answer of the step that gave it comes a minute late: time to ask something of the operation. */
async function halfDone(world: World, ref: ClusterRef): Promise<string> {
  world.faults.add({ steps: [{ kind: 'timesOut', step: 'finaliseFeature' }] })
  const operationId = await finaliseAll(world, ref)
  await world.runUntil(() => isHalfDone(world, ref), 'the level of metadata')
  return operationId
}

/** The same with a Kafka that then refuses what comes next. */
async function refusedOnTheWay(world: World, ref: ClusterRef): Promise<string> {
  const operationId = await halfDone(world, ref)
  const refusal = { port: 'kafka', method: 'updateFeatures', when: 'refused', error: 'INVALID_FIELD' } as const
  world.faults.add({ ports: [{ ...refusal, times: 1 }] })
  return operationId
}

const always = () => true

/** What the end of an upgrade may go through. */
export const finaliseLives: Readonly<Record<string, Life>> = {
  'turns every feature on, each once, and touches no broker': laterLife({
    spec,
    begin: afterRoll(finaliseAll),
    judge: expectFinalised,
  }),
  'turns every feature on, with a rest in between': laterLife({
    spec,
    begin: afterRoll(pausedOnTheWay(halfDone, always)),
    judge: expectFinalised,
  }),
  'is cancelled between two features and says which are on': laterLife({
    spec,
    begin: afterRoll(cancelledOnTheWay(halfDone, always)),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectServing(world, ref)
      expect(levelsOf(world, ref)).not.toEqual(OLD)
      expectLevels(world, ref, levelsOf(world, ref) ?? OLD)
    },
  }),
  'fails while Kafka refuses, and goes on there when it is resumed': laterLife({
    spec,
    begin: afterRoll(failedAndResumed(refusedOnTheWay)),
    judge: expectFinalised,
  }),
}

/** What is on record is what Kafka has. */
function expectLevels(world: World, ref: ClusterRef, levels: FeatureLevels): void {
  expect(levelsOf(world, ref)).toEqual(levels)
  expect(Object.fromEntries(world.kafka.data(ref.clusterId).features)).toEqual(levels)
}

async function expectFinalised(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'finaliseUpgrade', state: 'Succeeded' })
  expectServing(world, ref)
  expectLevels(world, ref, levelsOfRelease(NEW))
  expect(world.restarts).toEqual([])
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ name, state }) => state !== 'Succeeded' && name !== 'recordFailure')).toEqual([])
}
