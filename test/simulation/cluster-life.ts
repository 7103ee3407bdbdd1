import type { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { expectClosedStories } from './closed-stories.ts'
import { type ClusterRef, expectActive, expectGone } from './end-states.ts'
import type { Faults } from './faults.ts'
import type { LifeOptions } from './lives/life.ts'
import { type Accepted, anOrder, askToDelete, order } from './tenant.ts'
import { createWorld, type World } from './world.ts'

/** Figures of a run, for the line that a test prints. */
export interface RunFigures {
  readonly effects: number
  readonly effectsOfCreate: number
  readonly virtualSeconds: number
}

/** Orders a cluster and waits until someone has answered. */
export async function ordered(world: World, tenantId = 'acme', spec = anOrder(), key = 'first'): Promise<Accepted> {
  return world.during(order(world, tenantId, spec, key))
}

/** Waits until the operation has ended, however it did. */
export async function ended(world: World, operationId: string, boundSeconds?: number): Promise<void> {
  const isOver = () => world.facts.operations.get(operationId)?.finishedAt !== undefined
  await world.runUntil(isOver, `the end of operation ${operationId}`, boundSeconds)
  await world.runUntil(world.isQuiet, 'the end of what follows from it', boundSeconds)
  await world.explained(() => expectClosedStories(world))
}

/** What a test does with a cluster. */
export type ClusterTest = (world: World, ref: ClusterRef) => Promise<void>

/** Runs a test on a cluster that came up, in a world of its own, after some rest. */
export async function withActiveCluster(
  test: ClusterTest,
  {
    spec = anOrder(),
    seed = 1,
    restSeconds = 0,
  }: Pick<LifeOptions, 'seed' | 'restSeconds'> & { readonly spec?: ClusterSpec },
): Promise<void> {
  const world = createWorld({ seed })
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', spec)
    await ended(world, operationId)
    await world.pass(restSeconds)
    await test(world, { tenantId: 'acme', clusterId })
  } finally {
    world.close()
  }
}

/** The whole life of a cluster under faults that pass: it comes up as ordered and goes without a trace. */
export async function liveThrough(faults: Faults, options: LifeOptions = {}): Promise<RunFigures> {
  const { seed = 1, restSeconds = 0, onStepEffect, onEffect } = options
  const world = createWorld({ seed, faults, ...(onStepEffect && { onStepEffect }), ...(onEffect && { onEffect }) })
  const begin = world.clock.now()
  try {
    const spec = anOrder()
    const { clusterId, operationId } = await ordered(world, 'acme', spec)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    await world.pass(restSeconds)
    await world.explained(() => expectActive(world, ref, operationId, spec))
    const effectsOfCreate = world.effects()
    const deletion = await world.during(askToDelete(world, 'acme', clusterId))
    await ended(world, deletion)
    await world.pass(restSeconds)
    await world.explained(() => expectClosedStories(world))
    await world.explained(() => expectGone(world, ref))
    return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - begin) / 1000 }
  } finally {
    world.close()
  }
}
