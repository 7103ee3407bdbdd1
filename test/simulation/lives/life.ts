import type { ClusterSpec } from '../../../shared/contract/cluster-spec.ts'
import { expectClosedStories } from '../closed-stories.ts'
import { ended, ordered, type RunFigures } from '../cluster-life.ts'
import type { ClusterRef } from '../end-states.ts'
import type { Faults } from '../faults.ts'
import type { PortCall } from '../intercept.ts'
import type { StepCall } from '../invoke-step.ts'
import { anOrder } from '../tenant.ts'
import { createWorld, type Moment, type World } from '../world.ts'

export interface LifeOptions {
  readonly seed?: number
  /** How much longer everything is left alone in the end, for calls that come late. */
  readonly restSeconds?: number
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
  readonly onEffect?: (label: string) => void
}

/** Something that a cluster goes through, under faults that pass; throws where it does not end as it has to. */
export type Life = (faults: Faults, options?: LifeOptions) => Promise<RunFigures>

/** What happens to a cluster that came up undisturbed. */
export interface LaterLife {
  readonly spec?: ClusterSpec
  /** What happens to the cluster before, undisturbed. */
  readonly prepare?: (world: World, ref: ClusterRef) => Promise<void>
  /** Begins it, and gives the operation that has to end. */
  readonly begin: (world: World, ref: ClusterRef) => Promise<string>
  /** Judges what has become of the cluster when the operation has ended. */
  readonly judge: (world: World, ref: ClusterRef, operationId: string) => Promise<void>
}

/** The replicas of a new topic are in sync a few seconds after the create. */
const SETTLE_SECONDS = 10

/** A moment of a cluster's life. */
interface Prepared {
  readonly moment: Moment
  readonly ref: ClusterRef
}

/**
 * A life whose faults, deaths and effects count from the moment on at which the cluster is up. Nothing disturbs what is
 * before, so that happens once for each seed, and every run begins there.
 */
export function laterLife({ spec = anOrder(), prepare, begin, judge }: LaterLife): Life {
  const prepared = new Map<number, Promise<Prepared>>()
  return async (faults, { seed = 1, restSeconds = 0, onStepEffect, onEffect } = {}) => {
    const isKnown = prepared.get(seed) ?? liveUpTo(spec, prepare, seed)
    prepared.set(seed, isKnown)
    const { moment, ref } = await isKnown
    const world = createWorld({ from: moment, ...(onStepEffect && { onStepEffect }), ...(onEffect && { onEffect }) })
    try {
      const effectsOfCreate = world.effects()
      const deaths = (faults.deaths ?? []).map((death) => ({
        ...death,
        afterEffect: effectsOfCreate + death.afterEffect,
      }))
      world.faults.add({ ...faults, deaths })
      const begun = await begin(world, ref)
      await ended(world, begun)
      await world.pass(restSeconds)
      await world.explained(() => expectClosedStories(world))
      await world.explained(() => judge(world, ref, begun))
      return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - moment.now) / 1000 }
    } finally {
      world.close()
    }
  }
}

async function liveUpTo(spec: ClusterSpec, prepare: LaterLife['prepare'], seed: number): Promise<Prepared> {
  const world = createWorld({ seed })
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', spec)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    await world.pass(SETTLE_SECONDS)
    await prepare?.(world, ref)
    await world.runUntil(world.isQuiet, 'a quiet moment')
    return { moment: world.save(), ref }
  } finally {
    world.close()
  }
}
