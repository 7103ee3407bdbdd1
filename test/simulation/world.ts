import { createMemoryJournal, type ExecutionRecord, type Journal } from '../../local/asl/journal.ts'
import { seededRandom } from '../../local/asl/random.ts'
import { createVirtualClock, type VirtualClock } from '../../local/virtual-clock.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import { deterministicIds } from '../api/deterministic-ids.ts'
import { callsOfHosts, isDefect } from './calls-of-hosts.ts'
import { type ControlPlaneLives, controlPlaneLives } from './control-plane-lives.ts'
import { type FaultPlan, type Faults, planFaults } from './faults.ts'
import type { Feed } from './follow-feed.ts'
import type { PortCall } from './intercept.ts'
import { everyInvariant, nothingRemembered, type Remembered } from './invariants/every-invariant.ts'
import type { Facts } from './invariants/facts.ts'
import type { StepCall } from './invoke-step.ts'
import { type PassingTime, passingTime } from './passing-time.ts'
import { createTrace, type SavedTrace, type Trace } from './trace.ts'
import { type SavedWatch, watchedStore } from './watched-store.ts'
import { type SavedAround, savedAround, type WorldAround, worldAround } from './world-around.ts'

export interface WorldOptions {
  readonly seed?: number
  /** Where the world goes on, without faults; the seed is that of the moment then. */
  readonly from?: Moment
  readonly faults?: Faults
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
  readonly onStall?: (call: StepCall) => void
  /** Told of every effect of the control plane's process, in order. */
  readonly onEffect?: (label: string) => void
}

/** All of Weir and all around it, in one thread, under one clock and one seed. */
export interface World extends WorldAround, PassingTime, Pick<ControlPlaneLives, 'effects' | 'call'> {
  readonly clock: VirtualClock
  readonly facts: Facts
  readonly faults: FaultPlan
  readonly journal: Journal
  readonly trace: Trace
  readonly outside: Omit<Ports, 'workflows'>
  /** Every workflow has come to its end, and all that was committed has been followed. */
  isQuiet(): boolean
  /** Ends the process of the control plane now, and starts another one later. */
  killControlPlane(downSeconds: number): void
  /** Keeps the world as it is; throws unless it is quiet. What runs of the control plane's process starts anew there. */
  save(): Moment
  close(): void
}

/** A quiet world in which any number of others begin; none of them changes anything of it. */
export interface Moment extends SavedWatch {
  readonly now: number
  readonly seed: number
  readonly idsDrawn: number
  readonly effects: number
  readonly cursor: string | undefined
  readonly ended: readonly ExecutionRecord[]
  readonly remembered: Remembered
  readonly trace: SavedTrace
  readonly around: SavedAround
}

const START = Date.UTC(2026, 10, 21, 10)

/** Makes a world that goes on from a moment, or in which nothing has happened yet. */
export function createWorld(options: WorldOptions = {}): World {
  const { from, seed = from?.seed ?? 1, faults: planned = {}, onStepEffect, onStall, onEffect } = options
  const clock = createVirtualClock(from?.now ?? START)
  const random = seededRandom(seed)
  const faults = planFaults(planned)
  const trace = createTrace(clock, from?.trace)
  const journal = createMemoryJournal(from?.ended)
  const ids = deterministicIds(clock, from?.idsDrawn)
  const remembered = structuredClone(from?.remembered ?? nothingRemembered())
  const defects: unknown[] = []
  const onDefect = (defect: unknown) => {
    trace.note('defect', () => String(defect))
    defects.push(defect)
  }
  const hostCalls = callsOfHosts({ clock, once: (make) => lives.once(make), onDefect })
  const isDeleting = (clusterId: string) => facts.clusters.get(clusterId)?.status === 'Deleting'
  const around = worldAround({ clock, random, faults, trace, hostCalls, isDeleting, onDefect }, from?.around)
  const { machines } = around.fleet
  const { isInSync, data } = around.kafka
  const invariants = everyInvariant({ machines, isInSync, data }, remembered)
  const watched = watchedStore(clock, invariants, trace.commit, onDefect, from)
  const { store, facts, isFollowedAt } = watched
  const outside: Omit<Ports, 'workflows'> = {
    clock,
    ids,
    log: {
      info: () => undefined,
      warn: (message, fields) => trace.note('warning', () => `${message} ${JSON.stringify(fields)}`),
      error: (message, fields, cause) => {
        trace.note('error', () => `${message} ${JSON.stringify(fields)} ${String(cause)}`)
        if (isDefect(cause)) onDefect(cause)
      },
    },
    store,
    hosts: around.fleet,
    kafka: around.kafka,
    certificates: around.certificates,
    names: around.names,
    publicEntries: around.publicEntries,
    events: { publish: async () => undefined },
    offering: { publicAccess: true },
  }
  const feed: Feed = { store, cursor: from?.cursor }
  const lives: ControlPlaneLives = controlPlaneLives({
    clock,
    trace,
    outside,
    journal,
    random,
    faults,
    feed,
    effectsBefore: from?.effects ?? 0,
    onEffect: onEffect ?? (() => undefined),
    onStepEffect: onStepEffect ?? (() => undefined),
    onStall: onStall ?? (() => undefined),
    onDefect,
  })
  lives.start()
  const isQuiet = () => journal.running().length === 0 && isFollowedAt(feed.cursor)

  return {
    ...around,
    ...passingTime(clock, trace, defects),
    effects: lives.effects,
    call: lives.call,
    clock,
    facts,
    faults,
    journal,
    trace,
    outside,
    isQuiet,
    killControlPlane: lives.kill,
    save: () => {
      if (!isQuiet()) throw new Error('a world in which something is under way cannot be saved')
      return {
        now: clock.now(),
        seed: random.seed(),
        idsDrawn: ids.drawn(),
        effects: lives.effects(),
        cursor: feed.cursor,
        ended: journal.ended(),
        remembered: structuredClone(remembered),
        trace: trace.save(),
        around: savedAround(around),
        ...watched.save(),
      }
    },
    close: () => {
      for (const machine of around.fleet.machines()) around.fleet.kill(machine)
      lives.end()
    },
  }
}
