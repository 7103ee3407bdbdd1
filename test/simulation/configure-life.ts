import { expect } from 'vitest'
import { acceptChange } from '../../shared/state/accept-change.ts'
import { loadSteps } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { ended, ordered, type RunFigures } from './cluster-life.ts'
import type { ClusterRef } from './end-states.ts'
import type { Faults } from './faults.ts'
import type { PortCall } from './intercept.ts'
import type { StepCall } from './invoke-step.ts'
import { isOn } from './models/machine.ts'
import { anOrder } from './tenant.ts'
import { createWorld, type World } from './world.ts'

type Settings = Readonly<Record<string, string>>

export interface ConfigureOptions {
  readonly seed?: number
  readonly restSeconds?: number
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
}

/** What the cluster is ordered with. */
const FIRST: Settings = { 'message.max.bytes': '2000000' }

async function askToConfigure(world: World, { tenantId, clusterId }: ClusterRef, config: Settings): Promise<string> {
  const asked = await world.call(async (ports) => {
    const running = world.facts.clusters.get(clusterId)?.activeOperationId
    if (running !== undefined) return running
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    const requester = { tenantId, requestedBy: 'ana', requestId: 'req_2' }
    const operation = await acceptChange(ports, requester, clusterId, facts, {
      wanted: ({ spec }) => ({ ...spec, config }),
      named: () => false,
      check: () => undefined,
    })
    return operation?.operationId
  })
  if (asked === undefined) throw new Error('nothing was to be configured')
  return asked
}

/** A cluster comes up undisturbed and then gets another configuration under faults that pass. */
export async function configureThrough(
  config: Settings,
  expected: 'Succeeded' | 'Failed',
  faults: Faults,
  options: ConfigureOptions = {},
): Promise<RunFigures> {
  const { seed = 1, restSeconds = 0, onStepEffect } = options
  let configuring = false
  const world = createWorld({
    seed,
    ...(onStepEffect && { onStepEffect: (...effect) => configuring && onStepEffect(...effect) }),
  })
  const begin = world.clock.now()
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ config: FIRST }))
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    const effectsOfCreate = world.effects()
    configuring = true
    world.faults.add(faults)
    const update = await world.during(askToConfigure(world, ref, config))
    await ended(world, update)
    await world.pass(restSeconds)
    await world.explained(() =>
      expected === 'Succeeded' ? expectConfigured(world, ref, update, config) : expectRestored(world, ref, update),
    )
    return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - begin) / 1000 }
  } finally {
    world.close()
  }
}

function expectServing(world: World, { clusterId }: ClusterRef, config: Settings, revision: number): void {
  const { facts, fleet, kafka } = world
  const cluster = facts.clusters.get(clusterId)
  expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', spec: { config } })
  expect(cluster).not.toHaveProperty('activeOperationId')
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  const told = brokers.map(({ status, health, configRevision = 1 }) => `${status} ${health} ${configRevision}`)
  expect(told).toEqual(brokers.map(() => `Active Healthy ${revision}`))
  for (const machine of fleet.machines()) {
    expect(isOn(machine) && kafka.isServing(machine)).toBe(true)
    expect(machine.kafka?.desired.kafka.config).toEqual(config)
  }
}

/** Every node runs with the new configuration after exactly one restart. */
async function expectConfigured(world: World, ref: ClusterRef, operationId: string, config: Settings): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'updateConfig', state: 'Succeeded' })
  expectServing(world, ref, config, 2)
  expect(world.fleet.machines().map(({ kafka }) => kafka?.desired.kafka.restartNonce)).toEqual([2, 2, 2])
  expect(world.kafka.data(ref.clusterId).settings.get('log.retention.ms')).toBe(config['log.retention.ms'])
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}

/** One node was restarted and restored, the others never touched, and the dynamic defaults are as they were. */
async function expectRestored(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({
    state: 'Failed',
    error: { code: 'BROKER_PROCESS_FAILED', step: 'restartKafka' },
  })
  expectServing(world, ref, FIRST, 1)
  const nonces = world.fleet.machines().map(({ kafka }) => kafka?.desired.kafka.restartNonce ?? 0)
  expect(nonces.toSorted((a, b) => a - b)).toEqual([1, 1, 3])
  expect(world.kafka.data(ref.clusterId).settings.has('log.retention.ms')).toBe(false)
}
