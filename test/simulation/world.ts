import { createMemoryJournal, type Journal } from '../../local/asl/journal.ts'
import { seededRandom } from '../../local/asl/random.ts'
import { createVirtualClock, type VirtualClock } from '../../local/virtual-clock.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import { deterministicIds } from '../api/deterministic-ids.ts'
import { callsOfHosts, isDefect } from './calls-of-hosts.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { type FaultPlan, type Faults, planFaults } from './faults.ts'
import type { Feed } from './follow-feed.ts'
import type { PortCall } from './intercept.ts'
import { exactQuota } from './invariants/exact-quota.ts'
import type { Facts } from './invariants/facts.ts'
import { fencedWriters } from './invariants/fenced-writers.ts'
import { gaplessSequences } from './invariants/gapless-sequences.ts'
import { monotoneGenerations, othersServe, singleServing } from './invariants/hosts.ts'
import { legalTransitions } from './invariants/legal-transitions.ts'
import { oneOperation } from './invariants/one-operation.ts'
import { oneTenant } from './invariants/one-tenant.ts'
import { byItself, type StepCall } from './invoke-step.ts'
import { ProcessDied } from './life.ts'
import { type CertificatesModel, certificatesModel } from './models/certificates.ts'
import { type FleetModel, fleetModel } from './models/fleet.ts'
import { type KafkaModel, kafkaModel } from './models/kafka.ts'
import { type Machine, nodeName } from './models/machine.ts'
import { runMachine } from './models/run-machine.ts'
import { createTrace, type Trace } from './trace.ts'
import { watchedStore } from './watched-store.ts'

export interface WorldOptions {
  readonly seed?: number
  readonly faults?: Faults
  readonly onStepEffect?: (call: StepCall, effect: PortCall, number: number) => void
  readonly onStall?: (call: StepCall) => void
  /** Told of every effect of the control plane's process, in order. */
  readonly onEffect?: (label: string) => void
}

/** All of Weir and all around it, in one thread, under one clock and one seed. */
export interface World {
  readonly clock: VirtualClock
  readonly facts: Facts
  readonly faults: FaultPlan
  readonly fleet: FleetModel
  readonly kafka: KafkaModel
  readonly certificates: CertificatesModel
  readonly journal: Journal
  readonly trace: Trace
  readonly outside: Omit<Ports, 'workflows'>
  /** The nodes whose Kafka was stopped in order to be started again, each time. */
  readonly restarts: readonly string[]
  /** How many effects the control plane has had. */
  effects(): number
  /** Every workflow has come to its end, and all that was committed has been followed. */
  isQuiet(): boolean
  /** Ends the process of the control plane now, and starts another one later. */
  killControlPlane(downSeconds: number): void
  /** A call of the control plane from outside: made again until a process has answered it. */
  call<T>(make: (ports: Ports) => Promise<T>): Promise<T>
  /** Lets time pass until `done`; throws what was violated, and when it takes longer than the bound. */
  runUntil(done: () => boolean, what: string, boundSeconds?: number): Promise<void>
  /** Lets time pass until the promise settles. */
  during<T>(promise: Promise<T>): Promise<T>
  /** Adds the trace to whatever the check throws. */
  explained(check: () => Promise<void>): Promise<void>
  /** Lets so much time pass. */
  pass(seconds: number): Promise<void>
  close(): void
}

const START = Date.UTC(2026, 10, 21, 10)
const USUAL_DOWN_SECONDS = 5
const RECONNECT_SECONDS = 1
/** How far the clock moves between two looks whether the world is where it shall be. */
const LOOK_SECONDS = 1
/** Three hours: longer than any operation may take. */
const BOUND_SECONDS = 3 * 3600

/** Makes a world in which nothing has happened yet. */
export function createWorld({
  seed = 1,
  faults: planned = {},
  onStepEffect,
  onStall,
  onEffect,
}: WorldOptions = {}): World {
  const clock = createVirtualClock(START)
  const random = seededRandom(seed)
  const faults = planFaults(planned)
  const trace = createTrace(clock)
  const journal = createMemoryJournal()
  const defects: unknown[] = []
  const onDefect = (defect: unknown) => {
    trace.note('defect', () => String(defect))
    defects.push(defect)
  }
  const fleet: FleetModel = fleetModel({
    clock,
    random,
    boot: (machine) => {
      const parts = { clock, faults, calls: hostCalls, isServing: kafka.isServing, onRestart, kill: fleet.kill }
      byItself(() => void runMachine(machine, parts).catch(onDefect))
    },
  })
  const restarts: string[] = []
  const onRestart = (machine: Machine) => {
    const name = nodeName(machine.node)
    trace.note('restart of Kafka', () => name)
    restarts.push(name)
    try {
      othersServe(machine, fleet.machines(), kafka.isInSync)
    } catch (violation) {
      onDefect(violation)
    }
  }
  const kafka = kafkaModel({ clock, random, faults, machines: fleet.machines })
  const certificates = certificatesModel(clock)
  const { store, facts, isFollowedAt } = watchedStore(
    clock,
    [
      legalTransitions,
      oneOperation,
      exactQuota,
      gaplessSequences(),
      fencedWriters,
      monotoneGenerations,
      singleServing(fleet.machines),
      oneTenant,
    ],
    trace.commit,
    onDefect,
  )
  const feed: Feed = { store, cursor: undefined }
  const log: Ports['log'] = {
    info: () => undefined,
    warn: (message, fields) => trace.note('warning', () => `${message} ${JSON.stringify(fields)}`),
    error: (message, fields, cause) => {
      trace.note('error', () => `${message} ${JSON.stringify(fields)} ${String(cause)}`)
      if (isDefect(cause)) onDefect(cause)
    },
  }
  const outside = {
    clock,
    ids: deterministicIds(clock),
    log,
    store,
    hosts: fleet,
    kafka,
    certificates,
    events: { publish: async () => undefined },
  }
  let effects = 0
  let running: ControlPlane | undefined

  function start(): void {
    running = startControlPlane({
      outside,
      journal,
      random,
      faults,
      feed,
      afterEffect: (label) => {
        effects++
        onEffect?.(label)
        const death = faults.takeDeath(effects)
        if (death) {
          const effect = effects
          trace.note('death', () => `after effect ${effect}: ${label}`)
          restartLater(death.downSeconds ?? USUAL_DOWN_SECONDS)
        }
        return death !== undefined
      },
      onCall: ({ step, nodeId }) => trace.note('call', () => `${step} ${nodeId ?? ''}`),
      onStepEffect: onStepEffect ?? (() => undefined),
      onStall: onStall ?? (() => undefined),
      onDefect,
    })
  }
  function restartLater(downSeconds: number): void {
    running = undefined
    void clock.sleep(downSeconds * 1000).then(() => {
      trace.note('restart', () => '')
      byItself(start)
    })
  }
  async function once<T>(make: (ports: Ports) => Promise<T>): Promise<T> {
    if (!running) throw new ProcessDied('nobody answers')
    return Promise.race([make(running.ports), running.life.death])
  }
  const hostCalls = callsOfHosts(once, onDefect)
  start()

  async function call<T>(make: (ports: Ports) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await once(make)
      } catch (thrown) {
        if (!(thrown instanceof ProcessDied)) throw thrown
        await clock.sleep(RECONNECT_SECONDS * 1000)
      }
    }
  }
  function check(): void {
    if (defects.length === 0) return
    throw new Error(`${String(defects[0])}\n${trace.print()}`, { cause: defects[0] })
  }

  async function runUntil(done: () => boolean, what: string, boundSeconds = BOUND_SECONDS): Promise<void> {
    const until = clock.now() + boundSeconds * 1000
    await clock.settle()
    while (!done()) {
      check()
      if (clock.now() >= until) throw new Error(`not within ${boundSeconds} s: ${what}\n${trace.print()}`)
      await clock.advance(LOOK_SECONDS * 1000)
    }
    check()
  }

  return {
    clock,
    facts,
    faults,
    fleet,
    kafka,
    certificates,
    journal,
    trace,
    outside,
    restarts,
    effects: () => effects,
    isQuiet: () => journal.running().length === 0 && isFollowedAt(feed.cursor),
    killControlPlane: (downSeconds) => {
      if (!running) return
      trace.note('killed', () => `for ${downSeconds} s`)
      running.life.die()
      restartLater(downSeconds)
    },
    call,
    runUntil,
    during: async (promise) => {
      let settled = false
      const mark = () => {
        settled = true
      }
      promise.then(mark, mark)
      await runUntil(() => settled, 'an answer')
      return promise
    },
    explained: async (expectations) => {
      try {
        await expectations()
      } catch (thrown) {
        throw new Error(`${String(thrown)}\n${trace.print()}`, { cause: thrown })
      }
    },
    pass: async (seconds) => {
      await clock.advance(seconds * 1000)
      check()
    },
    close: () => {
      for (const machine of fleet.machines()) fleet.kill(machine)
      running?.life.die()
      running = undefined
      store.close()
    },
  }
}
