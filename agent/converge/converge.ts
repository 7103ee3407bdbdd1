import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { HostProblem } from '../../shared/host-protocol/report.ts'
import { StaleGenerationError } from '../control-plane/errors.ts'
import { redact } from '../redact.ts'
import { type Step, type StepResult, TerminalProblemError } from './step.ts'

/** The steps of a host by what each ensures. */
export interface HostSteps {
  readonly boot: Step
  readonly volume: Step
  readonly certificate: Step
  readonly release: Step
  readonly confined: Step
  readonly candidate: Step
  readonly config: Step
  readonly formatted: Step
  readonly process: Step
}

/** What one pass over the steps came to. */
export interface Pass {
  /** Everything is as desired. */
  readonly inForce: boolean
  /** The first thing in the way. */
  readonly problem?: HostProblem
  readonly lookAgainInMilliseconds?: number
}

/**
 * The order of a pass. A machine that shall reboot does nothing else first. Kafka starts after everything it needs; it is
 * stopped before anything else, because no other trouble may keep it running. A host that shall be stopped is prepared all the same, so that its start is quick.
 */
export function stepsInOrder(steps: HostSteps, desired: DesiredHost): readonly Step[] {
  const preparation = [
    steps.volume,
    steps.certificate,
    steps.release,
    steps.confined,
    steps.candidate,
    steps.config,
    steps.formatted,
  ]
  const isStopped = desired.kafka.processState === 'Stopped'
  return [steps.boot, ...(isStopped ? [steps.process, ...preparation] : [...preparation, steps.process])]
}

/** Runs the steps until one does not hold. */
export async function converge(steps: readonly Step[], desired: DesiredHost): Promise<Pass> {
  let problem: HostProblem | undefined
  let soonest = Number.POSITIVE_INFINITY
  let inForce = true
  for (const step of steps) {
    const result = await attempt(step, desired)
    problem ??= result.problem
    soonest = Math.min(soonest, result.lookAgainInMilliseconds ?? Number.POSITIVE_INFINITY)
    inForce &&= result.holds && result.problem === undefined
    if (!result.holds) break
  }
  return {
    inForce,
    ...(problem === undefined ? {} : { problem }),
    ...(Number.isFinite(soonest) ? { lookAgainInMilliseconds: soonest } : {}),
  }
}

async function attempt(step: Step, desired: DesiredHost): Promise<StepResult> {
  try {
    return await step.ensure(desired)
  } catch (error) {
    if (error instanceof StaleGenerationError) throw error
    return { holds: false, problem: asProblem(step.problemCode, error) }
  }
}

// The report takes 2,000 characters; the end of what a tool says names its failure.
const detailCharacters = 1900

/** A failure in the reporter's own words, with secrets taken out. */
export function asProblem(code: HostProblem['code'], error: unknown): HostProblem {
  const words = error instanceof Error ? error.message : String(error)
  const detail = words.split('\n').map(redact).join('\n')
  return {
    code,
    detail: detail.length > detailCharacters ? `…${detail.slice(-detailCharacters)}` : detail,
    terminal: error instanceof TerminalProblemError,
  }
}
