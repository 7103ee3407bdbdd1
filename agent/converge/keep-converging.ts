import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Log } from '../../shared/ports/log.ts'
import { jitteredBackOffMilliseconds, stepBackOff } from '../back-off.ts'
import type { Bell } from '../bell.ts'
import { converge, type HostSteps, type Pass, stepsInOrder } from './converge.ts'

/** What the convergence loop needs. */
export interface ConvergingParts {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** Rung when the desired state or the process has changed. */
  readonly bell: Bell
  readonly host: {
    readonly steps: HostSteps
    desired(): DesiredHost | undefined
    concluded(pass: Pass, desired: DesiredHost): void
  }
  readonly onPass: () => void
}

// A pass in which nothing is to be done costs a few file reads; it finds what nobody rings for.
const idleMilliseconds = 60_000

/** Makes one pass after another over the steps: on every ring, when a step asks for it, after failures, and now and then. */
export async function keepConverging(parts: ConvergingParts, signal: AbortSignal): Promise<void> {
  const { host, bell, log } = parts
  let failures = 0
  let lastProblem: string | undefined
  while (!signal.aborted) {
    const desired = host.desired()
    const pass = desired === undefined ? undefined : await converge(stepsInOrder(host.steps, desired), desired)
    if (desired !== undefined && pass !== undefined) {
      host.concluded(pass, desired)
      parts.onPass()
    }
    const problem = pass?.problem === undefined ? undefined : `${pass.problem.code}: ${pass.problem.detail}`
    if (problem !== undefined && problem !== lastProblem) log.warn('the host is not as desired', { problem })
    lastProblem = problem
    failures = problem === undefined ? 0 : failures + 1
    const retry = failures === 0 ? idleMilliseconds : jitteredBackOffMilliseconds(stepBackOff, failures, parts.random)
    await bell.wait(Math.min(retry, pass?.lookAgainInMilliseconds ?? retry), signal)
  }
}
