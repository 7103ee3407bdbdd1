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

type Prepare = (world: World, ref: ClusterRef) => Promise<void>

/** What happens to a cluster that came up undisturbed. */
export interface LaterLife {
  readonly spec?: ClusterSpec
  /** What happens to the cluster before, undisturbed. */
  readonly prepare?: Prepare
  /** Begins it, and gives the operation that has to end. */
  readonly begin: (world: World, ref: ClusterRef) => Promise<string>
  /** Judges what has become of the cluster when the operation has ended. */
  readonly judge: (world: World, ref: ClusterRef, operationId: string) => Promise<void>
}

/** The replicas of a new topic are in sync a few seconds after the create. */
const SETTLE_SECONDS = 10

/** A cluster at a moment at which nothing is under way. */
interface Prepared {
  readonly moment: Moment
  readonly ref: ClusterRef
}

/**
 * A life whose faults, deaths and effects count from the moment on at which the cluster is up. Nothing disturbs what is
 * before, so that happens once, and every run begins there.
 */
export function laterLife({ spec = anOrder(), prepare, begin, judge }: LaterLife): Life {
  const moments = new Map<string, Promise<Prepared>>()
  const beginning = (seed: number) =>
    prepare ? once(moments, `${seed}`, () => prepared(spec, prepare, seed)) : created(spec, seed)
  return async (faults, { seed = 1, restSeconds = 0, onStepEffect, onEffect } = {}) => {
    const { moment, ref } = await beginning(seed)
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

/** Clusters that came up, by seed and order: many lives begin with the same one. */
const CREATED = new Map<string, Promise<Prepared>>()

function created(spec: ClusterSpec, seed: number): Promise<Prepared> {
  return once(CREATED, `${seed} ${JSON.stringify(spec)}`, () =>
    saved(createWorld({ seed }), async (world) => {
      const { clusterId, operationId } = await ordered(world, 'acme', spec)
      await ended(world, operationId)
      await world.pass(SETTLE_SECONDS)
      return { tenantId: 'acme', clusterId }
    }),
  )
}

async function prepared(spec: ClusterSpec, prepare: Prepare, seed: number): Promise<Prepared> {
  const { moment, ref } = await created(spec, seed)
  return saved(createWorld({ from: moment }), async (world) => {
    await prepare(world, ref)
    return ref
  })
}

async function saved(world: World, live: (world: World) => Promise<ClusterRef>): Promise<Prepared> {
  try {
    const ref = await live(world)
    await world.runUntil(world.isQuiet, 'a quiet moment')
    return { moment: world.save(), ref }
  } finally {
    world.close()
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const promise = known.get(key) ?? make()
  known.set(key, promise)
  return promise
}
