import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import { type ControlPlane, type Surroundings, startControlPlane } from './control-plane.ts'
import { byItself } from './invoke-step.ts'
import { ProcessDied } from './life.ts'
import type { Trace } from './trace.ts'

/** The control plane over all the lives of its process. */
export interface ControlPlaneLives {
  /** How many effects it has had. */
  effects(): number
  start(): void
  /** Ends the process now, and starts another one later. */
  kill(downSeconds: number): void
  /** Ends the process for good. */
  end(): void
  /** Calls the process that is there; rejects with `ProcessDied` where none is, or where it dies meanwhile. */
  once<T>(make: (ports: Ports) => Promise<T>): Promise<T>
  /** The same, again until a process has answered. */
  call<T>(make: (ports: Ports) => Promise<T>): Promise<T>
}

interface LivesParts extends Omit<Surroundings, 'afterEffect' | 'onCall'> {
  readonly clock: VirtualClock
  readonly trace: Trace
  readonly onEffect: (label: string) => void
  /** How many effects it has had before. */
  readonly effectsBefore: number
}

const USUAL_DOWN_SECONDS = 5
const RECONNECT_SECONDS = 1

/** A control plane that does not run yet. */
export function controlPlaneLives(parts: LivesParts): ControlPlaneLives {
  const { clock, trace, onEffect, effectsBefore, ...surroundings } = parts
  let effects = effectsBefore
  let running: ControlPlane | undefined

  function afterEffect(label: string): boolean {
    effects++
    onEffect(label)
    const death = surroundings.faults.takeDeath(effects)
    if (!death) return false
    const effect = effects
    trace.note('death', () => `after effect ${effect}: ${label}`)
    restartLater(death.downSeconds ?? USUAL_DOWN_SECONDS)
    return true
  }
  function start(): void {
    running = startControlPlane({
      ...surroundings,
      afterEffect,
      onCall: ({ step, nodeId }) => trace.note('call', () => `${step} ${nodeId ?? ''}`),
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

  return {
    effects: () => effects,
    start,
    kill: (downSeconds) => {
      if (!running) return
      trace.note('killed', () => `for ${downSeconds} s`)
      running.life.die()
      restartLater(downSeconds)
    },
    end: () => {
      running?.life.die()
      running = undefined
    },
    once,
    call: async (make) => {
      for (;;) {
        try {
          return await once(make)
        } catch (thrown) {
          if (!(thrown instanceof ProcessDied)) throw thrown
          await clock.sleep(RECONNECT_SECONDS * 1000)
        }
      }
    },
  }
}
