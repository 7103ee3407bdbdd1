import { z } from 'zod'
import { Problem } from '../shared/contract/problem.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** An end of a command that is not success; `message` is for people, the exit code for scripts. */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly exitCode: ExitCode
  /** What to do about it, one line each. */
  readonly hints: readonly string[]

  constructor(exitCode: ExitCode, message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, { cause })
    this.exitCode = exitCode
    this.hints = hints
  }
}

/** The command line or an input file is wrong. */
export class UsageError extends CliError {
  override readonly name = 'UsageError'

  constructor(message: string, hints: readonly string[] = []) {
    super(EXIT.usage, message, hints)
  }
}

/** Nobody answers at the API's address, or what answers is not the API. */
export class UnreachableError extends CliError {
  override readonly name = 'UnreachableError'

  constructor(message: string, cause?: unknown) {
    super(EXIT.unavailable, message, ['Is it running (npm start), and is --url or WEIR_URL right?'], cause)
  }
}

/** A problem document as it is received: a newer API may have codes that this release does not know. */
export const ReceivedProblem = Problem.extend({ code: z.string() })
export type ReceivedProblem = z.output<typeof ReceivedProblem>

/** The API answered with a problem document. */
export class ProblemError extends CliError {
  override readonly name = 'ProblemError'
  readonly problem: ReceivedProblem

  constructor(problem: ReceivedProblem) {
    super(problem.status >= 500 ? EXIT.unavailable : EXIT.refused, problem.detail)
    this.problem = problem
  }
}
