import { spawn } from 'node:child_process'

/** What a program that ran to its end left behind. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  /** Standard output and standard error as they came. */
  readonly output: string
}

/** A program could not be started, or ended with a failure; the message carries the program's own words. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

// The end of what a tool prints names its failure; more would not fit in a report.
const keptCharacters = 8000

/** Runs a program to its end and returns what it printed, whatever its exit code. */
export function runCommand(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Tools speak English, so that their words can be told apart.
      env: { ...process.env, ...environment, LC_ALL: 'C' },
    })
    let stdout = ''
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = (stdout + chunk.toString()).slice(-keptCharacters)
      output = (output + chunk.toString()).slice(-keptCharacters)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-keptCharacters)
    })
    child.on('error', (cause) => reject(new CommandError(`${program} cannot be started: ${cause.message}`, { cause })))
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, output }))
  })
}

/** Runs a program that must succeed and returns its standard output. */
export async function runOrFail(...command: readonly string[]): Promise<string> {
  const result = await runCommand(command)
  if (result.exitCode === 0) return result.stdout
  throw new CommandError(
    `${command.join(' ')} ended with ${result.exitCode ?? result.signal}: ${result.output.trim() || 'it printed nothing'}`,
  )
}
