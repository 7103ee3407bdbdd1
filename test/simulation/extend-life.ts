import { expect } from 'vitest'
import { acceptChange } from '../../shared/state/accept-change.ts'
import { loadHosts, loadSteps } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { ended, ordered, type RunFigures } from './cluster-life.ts'
import { type ClusterRef, ledgerOf } from './end-states.ts'
import type { Faults } from './faults.ts'
import type { PortCall } from './intercept.ts'
import type { StepCall } from './invoke-step.ts'
import { isOn } from './models/machine.ts'
import { anOrder } from './tenant.ts'
import { createWorld, type World } from './world.ts'

/** The size that volumes are ordered with, and the one that they grow to. */
const SMALL_GIB = 100
export const LARGE_GIB = 150

export interface ExtendOptions {
  readonly seed?: number
  readonly restSeconds?: number
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
}

/** Asks for larger volumes until someone answers; who asks again for what was accepted finds the operation that runs. */
export async function askToExtend(
  world: World,
  { tenantId, clusterId }: ClusterRef,
  volumeGiB: number,
): Promise<string> {
  const asked = await world.call(async (ports) => {
    const running = world.facts.clusters.get(clusterId)?.activeOperationId
    if (running !== undefined) return running
    const requester = { tenantId, requestedBy: 'ana', requestId: 'req_2' }
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    const operation = await acceptChange(ports, requester, clusterId, facts, {
      wanted: ({ spec }) => ({ ...spec, brokers: { ...spec.brokers, volumeGiB } }),
      named: (pointer) => pointer === '/brokers/volumeGiB',
      check: () => undefined,
    })
    return operation?.operationId
  })
  if (asked === undefined) throw new Error('nothing was to be extended')
  return asked
}

/** A cluster comes up undisturbed and then gets larger volumes under faults that pass. */
export async function extendThrough(faults: Faults, options: ExtendOptions = {}): Promise<RunFigures> {
  const { seed = 1, restSeconds = 0, onStepEffect } = options
  let extending = false
  const world = createWorld({
    seed,
    ...(onStepEffect && { onStepEffect: (...effect) => extending && onStepEffect(...effect) }),
  })
  const begin = world.clock.now()
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ brokers: { volumeGiB: SMALL_GIB } }))
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    const effectsOfCreate = world.effects()
    const started = processesOf(world)
    extending = true
    world.faults.add(faults)
    const extension = await world.during(askToExtend(world, ref, LARGE_GIB))
    await ended(world, extension)
    await world.pass(restSeconds)
    await world.explained(() => expectExtended(world, ref, extension))
    expect(processesOf(world)).toEqual(started)
    return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - begin) / 1000 }
  } finally {
    world.close()
  }
}

/** When each Kafka process was started, and with which restart nonce. */
const processesOf = ({ fleet }: World) =>
  fleet.machines().map(({ node, kafka }) => [node.nodeId, kafka?.startedAt, kafka?.desired.kafka.restartNonce])

/** All brokers have the new size, in the cloud, on the host and on the bill, each exactly once. */
export async function expectExtended(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, fleet, kafka, outside } = world
  const { tenantId, clusterId } = ref
  expect(facts.operations.get(operationId)).toMatchObject({ type: 'extendVolumes', state: 'Succeeded' })
  const cluster = facts.clusters.get(clusterId)
  expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', spec: { brokers: { volumeGiB: LARGE_GIB } } })
  expect(cluster).not.toHaveProperty('activeOperationId')
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  const told = brokers.map(({ status, health, volumeGiB }) => `${status} ${health} ${volumeGiB}`)
  expect(told).toEqual(brokers.map(() => `Active Healthy ${LARGE_GIB}`))
  for (const machine of fleet.machines()) {
    expect([machine.volumeGiB(), machine.fileSystemGiB]).toEqual([LARGE_GIB, LARGE_GIB])
    expect(isOn(machine) && kafka.isServing(machine)).toBe(true)
  }
  const rows = (await ledgerOf(world, ref)).filter((row) => row.operationId === operationId)
  const billed = rows.flatMap((row) => row.brokers.map(({ nodeId, volumeGiB }) => [nodeId, volumeGiB]))
  expect(billed.toSorted()).toEqual(brokers.map(({ nodeId }) => [nodeId, LARGE_GIB]).toSorted())
  const hosts = await loadHosts(outside.store, tenantId, clusterId)
  expect(hosts.map(({ record }) => record.desired?.revision)).toEqual(hosts.map(() => 2))
  const steps = await loadSteps(outside.store, tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
