import { CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { errorJson, errorText } from './problem-text.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Runs one command line (without the program's own name) and gives the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = createProgram(terminal)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    if (terminal.interrupted.aborted) return EXIT.interrupted
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const exitCode = error instanceof CliError ? error.exitCode : EXIT.internal
    const wantsJson = program.opts<{ output?: string }>().output === 'json'
    terminal.note(wantsJson ? errorJson(error, exitCode) : errorText(error))
    return exitCode
  }
}
