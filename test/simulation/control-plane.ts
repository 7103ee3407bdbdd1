import { createEngine, type Engine } from '../../local/asl/engine.ts'
import type { Journal } from '../../local/asl/journal.ts'
import type { Random } from '../../local/asl/random.ts'
import { engineWorkflows } from '../../local/engine-workflows.ts'
import { localDefinitions } from '../../local/local-engine.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { FaultPlan, PortFault } from './faults.ts'
import { type Feed, followFeed } from './follow-feed.ts'
import { interceptedPorts, isEffect, nodeIdOf, type PortCall } from './intercept.ts'
import { type StepCall, stepInvoker } from './invoke-step.ts'
import { type Life, life, mortalJournal, whileAlive } from './life.ts'
import { releaseOnSchedule, sweepOnSchedule } from './sweep-on-schedule.ts'

/** What a control plane finds when its process starts; all of it outlives the process. */
export interface Surroundings {
  readonly outside: Omit<Ports, 'workflows'>
  readonly journal: Journal
  readonly random: Random
  readonly faults: FaultPlan
  readonly feed: Feed
  /** Told of every effect of the process right after it; true ends the process there. */
  readonly afterEffect: (label: string) => boolean
  readonly onCall: (call: StepCall) => void
  readonly onStepEffect: (call: StepCall, effect: PortCall, number: number) => void
  readonly onStall: (call: StepCall) => void
  readonly onDefect: (defect: unknown) => void
}

/** One process of the control plane. */
export interface ControlPlane {
  readonly life: Life
  readonly ports: Ports
  readonly engine: Engine
}

const DEFINITIONS = localDefinitions()

/** The network's own failures have no code of the catalogue. */
class ConnectionReset extends Error {
  override readonly name = 'ECONNRESET'
}

/** Starts a process: it resumes what the journal holds, follows the feed from where the last one was, and sweeps. */
export function startControlPlane(surroundings: Surroundings): ControlPlane {
  const { outside, journal, random, faults, feed, afterEffect, onDefect } = surroundings
  const own = life()
  const dieAfter = (label: string) => {
    if (own.isAlive() && afterEffect(label)) own.die()
  }
  const around = whileAlive(own, async (call, run) => {
    const fault = faults.takePort(call.port, call.method, nodeIdOf(call))
    if (fault?.when === 'neverDone') return undefined
    if (fault?.when === 'refused') throw failure(fault.error)
    const answer = await run()
    // What the workflows do is in the journal of this very process, where it dies as it writes.
    if (isEffect(call) && call.port !== 'workflows') dieAfter(`${call.port}.${call.method}`)
    if (fault) throw failure(fault.error)
    return answer
  })
  const late: { engine?: Engine } = {}
  const workflows = engineWorkflows(() => {
    if (!late.engine) throw new Error('the engine has not started yet')
    return late.engine
  })
  const ports = interceptedPorts({ ...outside, workflows }, around)
  const engine = createEngine({
    definitions: DEFINITIONS,
    journal: mortalJournal(own, journal, dieAfter),
    clock: ports.clock,
    random,
    invoke: stepInvoker({
      ports,
      faults,
      process: own,
      onCall: surroundings.onCall,
      onEffect: surroundings.onStepEffect,
      onStall: surroundings.onStall,
    }),
    onFault: (execution, fault) => {
      if (own.isAlive()) onDefect(new Error(`the execution ${execution} cannot go on`, { cause: fault }))
    },
  })
  late.engine = engine
  engine.resumeAll().catch((thrown) => {
    if (own.isAlive()) onDefect(thrown)
  })
  void followFeed(ports, feed, { faults, random }, own)
  void sweepOnSchedule(ports, own)
  void releaseOnSchedule(ports, own).catch(onDefect)
  return { life: own, ports, engine }
}

function failure(error: PortFault['error']): Error {
  return error === 'ECONNRESET'
    ? new ConnectionReset('the connection was reset')
    : new DomainError(error, 'The simulated world says no.')
}
