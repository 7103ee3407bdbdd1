import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import type { Invoke } from '../../local/asl/run.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import type { Json } from '../../shared/ports/store.ts'
import { runStep } from '../../workflows/run-step.ts'
import { isStepName, STEPS, type StepName } from '../../workflows/steps/steps.ts'
import type { FaultPlan, StepFault } from './faults.ts'
import { interceptedPorts, isEffect, type PortCall } from './intercept.ts'
import { type Life, life, ProcessDied, whileAlive } from './life.ts'

/** A call of a step as the tests speak of it. */
export interface StepCall {
  readonly step: StepName
  readonly operationId: string
  readonly nodeId: number | undefined
  /** When the call began. */
  readonly calledAt: number
}

const currentStep = new AsyncLocalStorage<StepCall>()

/** The step on whose behalf the code runs that asks, if it is one. */
export function stepAtWork(): StepCall | undefined {
  return currentStep.getStore()
}

/** Begins something that goes on by itself, whoever set it off. */
export function byItself(begin: () => void): void {
  currentStep.exit(begin)
}

/** What running steps takes. */
export interface StepParts {
  readonly ports: Ports
  readonly faults: FaultPlan
  /** The process in which the functions run. */
  readonly process: Life
  /** Told of every call, and of every effect that one has, before it happens. */
  readonly onCall: (call: StepCall) => void
  readonly onEffect: (call: StepCall, effect: PortCall, number: number) => void
  /** Told when a call begins to hang. */
  readonly onStall: (call: StepCall) => void
}

const Payload = z.object({
  step: z.string().refine(isStepName),
  input: z.looseObject({ operationId: z.string(), nodeId: z.int().optional() }),
  taskToken: z.string().optional(),
})

/** The error of a call of Lambda, by the name that Step Functions gives it. */
class LambdaError extends Error {
  override readonly name: string

  constructor(name: string) {
    super('simulated')
    this.name = name
  }
}

/** How much later a late duplicate comes unless the fault says otherwise: later than an operation takes. */
const LATE_SECONDS = 120
/** How much longer than its time limit a stalled call hangs unless the fault says otherwise. */
const STALL_SECONDS = 60

/** How long a fault goes on after its call, so that whoever wants to see all of it can wait. */
export function secondsOf({ kind, step, seconds }: StepFault): number {
  if (kind === 'calledAgainLater') return seconds ?? LATE_SECONDS
  return kind === 'stallsBeforeEffect' ? (seconds ?? STEPS[step].timeoutSeconds + STALL_SECONDS) : 0
}

/** Calls the steps' functions as the service does, with the faults of the plan. */
export function stepInvoker(parts: StepParts): Invoke {
  const { ports, faults, process, onCall, onEffect, onStall } = parts

  /** One invocation in a life of its own: with `diesAfterEffect` it never returns, with a stall it pauses on the way. */
  async function invocation(call: StepCall, payload: Json, fault: StepFault | undefined): Promise<Json> {
    const own = life()
    let effects = 0
    const around = whileAlive(own, async (portCall, run) => {
      if (!isEffect(portCall)) return run()
      effects++
      const isHit = fault?.effect === effects
      if (isHit && fault.kind === 'stallsBeforeEffect') {
        onStall(call)
        await ports.clock.sleep(secondsOf(fault) * 1000)
      }
      onEffect(call, portCall, effects)
      const answer = await run()
      if (isHit && fault.kind === 'diesAfterEffect') own.die()
      return answer
    })
    const { input, taskToken } = Payload.parse(payload)
    const running = currentStep.run(call, () =>
      runStep(interceptedPorts(ports, around), call.step, { ...input, ...(taskToken !== undefined && { taskToken }) }),
    )
    running.catch(() => undefined)
    return Promise.race([running, own.death])
  }

  async function hang(seconds: number, errorName: string): Promise<never> {
    await ports.clock.sleep(seconds * 1000)
    throw new LambdaError(errorName)
  }

  async function withFault(call: StepCall, payload: Json, fault: StepFault): Promise<Json> {
    const { timeoutSeconds } = STEPS[call.step]
    switch (fault.kind) {
      case 'diesBefore':
        throw new LambdaError('Runtime.ExitError')
      case 'diesAfterEffect':
        try {
          return await invocation(call, payload, fault)
        } catch (thrown) {
          throw thrown instanceof ProcessDied ? new LambdaError('Runtime.ExitError') : thrown
        }
      case 'replyLost':
        await invocation(call, payload, undefined)
        throw new LambdaError('Lambda.ClientExecutionTimeoutException')
      case 'calledTwice': {
        const [first] = await Promise.allSettled([1, 2].map(() => invocation(call, payload, undefined)))
        if (first?.status === 'fulfilled') return first.value
        throw first?.reason
      }
      case 'calledAgainLater': {
        const again = async () => {
          await ports.clock.sleep(secondsOf(fault) * 1000)
          await invocation(call, payload, undefined)
        }
        void again().catch(() => undefined)
        return invocation(call, payload, undefined)
      }
      case 'timesOut':
        await invocation(call, payload, undefined)
        return hang(timeoutSeconds, 'Sandbox.Timedout')
      case 'neverAnswers':
        await invocation(call, payload, undefined)
        return new Promise(() => {})
      case 'stallsBeforeEffect':
        return Promise.race([invocation(call, payload, fault), hang(timeoutSeconds, 'Sandbox.Timedout')])
    }
  }

  return async (_functionName, payload) => {
    const { step, input } = Payload.parse(payload)
    const call = { step, operationId: input.operationId, nodeId: input.nodeId, calledAt: ports.clock.now() }
    onCall(call)
    const fault = faults.takeStep(step, input.nodeId)
    return Promise.race([fault ? withFault(call, payload, fault) : invocation(call, payload, undefined), process.death])
  }
}
