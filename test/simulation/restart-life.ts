import { expect } from 'vitest'
import { acceptOperation } from '../../shared/state/accept-operation.ts'
import { loadSteps } from '../../shared/state/load.ts'
import { ended, ordered, type RunFigures } from './cluster-life.ts'
import type { ClusterRef } from './end-states.ts'
import type { Faults } from './faults.ts'
import type { PortCall } from './intercept.ts'
import type { StepCall } from './invoke-step.ts'
import { nodeName } from './models/machine.ts'
import { createWorld, type World } from './world.ts'

export interface RestartOptions {
  readonly seed?: number
  readonly restSeconds?: number
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
  readonly onEffect?: (label: string) => void
}

const NODES = [1, 2, 3]

/** Asks for the restart of all nodes until someone answers; who asks again finds the operation that runs. */
export async function askToRestart(world: World, { tenantId, clusterId }: ClusterRef): Promise<string> {
  const requester = { tenantId, requestedBy: 'ana', requestId: 'req_2' }
  return world.call(async (ports) => {
    const running = world.facts.clusters.get(clusterId)?.activeOperationId
    if (running !== undefined) return running
    const order = { type: 'rebootBrokers', deadlineMinutes: 90, warnings: [] } as const
    const ofAll = (_: unknown, brokers: readonly { nodeId: number }[]) => ({
      ...order,
      nodes: brokers.map(({ nodeId }) => nodeId),
    })
    return (await acceptOperation(ports, requester, clusterId, ofAll)).operationId
  })
}

/** A cluster comes up undisturbed and is then restarted under faults that pass; `deaths` count from the restart on. */
export async function restartThrough(faults: Faults, options: RestartOptions = {}): Promise<RunFigures> {
  const { seed = 1, restSeconds = 0, onStepEffect, onEffect } = options
  let restarting = false
  const world = createWorld({
    seed,
    ...(onStepEffect && { onStepEffect: (...effect) => restarting && onStepEffect(...effect) }),
    ...(onEffect && { onEffect: (label) => restarting && onEffect(label) }),
  })
  const begin = world.clock.now()
  try {
    const { clusterId, operationId } = await ordered(world)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    // The replicas of a new topic are in sync a few seconds later.
    await world.pass(10)
    const effectsOfCreate = world.effects()
    restarting = true
    const deaths = (faults.deaths ?? []).map((death) => ({
      ...death,
      afterEffect: effectsOfCreate + death.afterEffect,
    }))
    world.faults.add({ ...faults, deaths })
    const restart = await world.during(askToRestart(world, ref))
    await ended(world, restart)
    await world.pass(restSeconds)
    await world.explained(() => expectRestarted(world, ref, restart))
    return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - begin) / 1000 }
  } finally {
    world.close()
  }
}

/** Every node was restarted exactly once, and all serve. That none was stopped while another was behind is judged on the way. */
async function expectRestarted(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  const { facts, fleet, kafka, restarts } = world
  expect(facts.operations.get(operationId)).toMatchObject({ type: 'rebootBrokers', state: 'Succeeded' })
  expect(restarts.toSorted()).toEqual(NODES.map((nodeId) => nodeName({ ...ref, nodeId })))
  const cluster = facts.clusters.get(ref.clusterId)
  expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy' })
  expect(cluster).not.toHaveProperty('activeOperationId')
  const brokers = [...(facts.brokers.get(ref.clusterId)?.values() ?? [])]
  expect(brokers.map(({ status, health }) => `${status} ${health}`)).toEqual(brokers.map(() => 'Active Healthy'))
  expect(fleet.machines().filter(kafka.isServing)).toHaveLength(brokers.length)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
