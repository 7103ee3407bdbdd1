import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { HostProblem } from '../../shared/host-protocol/report.ts'

/** What a step found or brought about. */
export interface StepResult {
  /** Whether what the step ensures is so now; when not, later steps wait. */
  readonly holds: boolean
  readonly problem?: HostProblem
  /** When to look again although nothing is heard of. */
  readonly lookAgainInMilliseconds?: number
}

/** One thing that shall be so on the host. It may be run at any time, and over again after a crash at any point of it. */
export interface Step {
  readonly name: string
  /** The problem that a failure of this step is reported as. */
  readonly problemCode: HostProblem['code']
  /** Makes it so. What is thrown becomes the host's problem, in the words of its message. */
  ensure(desired: DesiredHost): Promise<StepResult>
}

/** The step cannot succeed however often it is tried, unless somebody changes the desired state or the host. */
export class TerminalProblemError extends Error {
  override readonly name = 'TerminalProblemError'
}
