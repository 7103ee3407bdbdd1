import { expect } from 'vitest'
import { loadSteps } from '../../../shared/state/load.ts'
import type { ClusterRef } from '../end-states.ts'
import { DEADLY_CONFIG } from '../models/kafka-process.ts'
import { anOrder } from '../tenant.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

type Settings = Readonly<Record<string, string>>

/** What the cluster is ordered with, and what it gets: a part at once, the rest by a restart. */
export const FIRST: Settings = { 'message.max.bytes': '2000000' }
const DYNAMIC: Settings = { ...FIRST, 'log.retention.ms': '1000' }
export const SECOND: Settings = { ...DYNAMIC, 'queued.max.requests': '600' }

const spec = anOrder({ config: FIRST })
const configure = (config: Settings) => (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { config }))

/** What a change of the configuration may go through. */
export const configureLives: Readonly<Record<string, Life>> = {
  'comes through on every broker with one restart each': laterLife({
    spec,
    begin: configure(SECOND),
    judge: expectConfigured,
  }),
  'comes through on every broker, with a rest in between': laterLife({
    spec,
    begin: pausedOnTheWay(configure(SECOND), isRestarting),
    judge: expectConfigured,
  }),
  'is cancelled between two brokers': laterLife({
    spec,
    begin: cancelledOnTheWay(configure(SECOND), isRestarting),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectServing(world, ref)
      expect(new Set(world.restarts).size).toBe(world.restarts.length)
      expect([1, 2]).toContain(world.restarts.length)
    },
  }),
  'that Kafka cannot start with is taken back on the one broker that got it': laterLife({
    spec,
    begin: configure({ ...DYNAMIC, ...DEADLY_CONFIG }),
    judge: expectRestored,
  }),
  'fails at a broker that starts with neither configuration, and goes on there when it is resumed': laterLife({
    spec,
    begin: failedAndResumed(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'processCrashLoops', nodeId: 2 }] })
      return configure(SECOND)(world, ref)
    }),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded', attempt: 2 })
      expect(world.facts.operations.get(operationId)?.earlier).toMatchObject([
        { state: 'Failed', error: { nodeId: 2 } },
      ])
      expectServing(world, ref)
      expectConfig(world, ref, SECOND, 2)
    },
  }),
}

function isRestarting({ facts }: World, { clusterId }: ClusterRef): boolean {
  return [...(facts.brokers.get(clusterId)?.values() ?? [])].some(({ status }) => status === 'Rebooting')
}

/** Every host runs with this configuration, and says so. */
export function expectConfig({ facts, fleet }: World, { clusterId }: ClusterRef, config: Settings, revision: number) {
  expect(facts.clusters.get(clusterId)).toMatchObject({ spec: { config } })
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  expect(brokers.map(({ configRevision = 1 }) => configRevision)).toEqual(brokers.map(() => revision))
  for (const machine of fleet.machines()) expect(machine.kafka?.desired.kafka.config).toEqual(config)
}

/** Every node runs with the new configuration after exactly one restart. */
async function expectConfigured(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'updateConfig', state: 'Succeeded' })
  expectServing(world, ref)
  expectConfig(world, ref, SECOND, 2)
  expect(world.fleet.machines().map(({ kafka }) => kafka?.desired.kafka.restartNonce)).toEqual([2, 2, 2])
  expect(world.kafka.data(ref.clusterId).settings.get('log.retention.ms')).toBe('1000')
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}

/** One node was restarted and restored, the others never touched, and the dynamic defaults are as they were. */
async function expectRestored(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({
    state: 'Failed',
    error: { code: 'BROKER_PROCESS_FAILED', step: 'restartKafka' },
  })
  expectServing(world, ref)
  expectConfig(world, ref, FIRST, 1)
  const nonces = world.fleet.machines().map(({ kafka }) => kafka?.desired.kafka.restartNonce ?? 0)
  expect(nonces.toSorted((a, b) => a - b)).toEqual([1, 1, 3])
  expect(world.kafka.data(ref.clusterId).settings.has('log.retention.ms')).toBe(false)
}
