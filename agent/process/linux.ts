import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Exit, LaunchedProcess, OperatingSystem, ProcessIdentity } from './operating-system.ts'

/** The processes of this Linux host, read from /proc. */
export const linux: OperatingSystem = {
  launch,
  isAlive: ({ processId, startTicks }) => identityOf(processId)?.startTicks === startTicks,
  find(argumentsOfCommand) {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/u.test(name)) continue
      const found = readOrNothing(`/proc/${name}/cmdline`).split('\0')
      if (argumentsOfCommand.every((argument) => found.includes(argument))) return identityOf(Number(name))
    }
    return undefined
  },
  signal(identity, signal) {
    if (linux.isAlive(identity)) process.kill(identity.processId, signal)
  },
}

/** Who has a process number now; a process that has ended but is not yet reaped is nobody. */
export function identityOf(processId: number): ProcessIdentity | undefined {
  // The second field is the program's name in brackets, which may itself hold brackets and spaces.
  const fields = readOrNothing(`/proc/${processId}/stat`)
    .replace(/^.*\) /su, '')
    .split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined
  return { processId, startTicks: Number(startTicks) }
}

async function launch(command: readonly string[], outputFile: string): Promise<LaunchedProcess> {
  const [program = '', ...args] = command
  await mkdir(dirname(outputFile), { recursive: true })
  // Kafka may write in this folder: what it has put at this place is removed and never opened.
  await rm(outputFile, { force: true })
  const output = openSync(outputFile, 'wx')
  try {
    // A file, not a pipe: Kafka must be able to print after the agent is gone.
    const child = spawn(program, args, { stdio: ['ignore', output, output], cwd: dirname(outputFile) })
    const ended = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => reject(new Error(`${program} cannot be started: ${cause.message}`, { cause })))
    })
    child.unref()
    const identity = child.pid === undefined ? undefined : identityOf(child.pid)
    // A child that ended at once has no entry in /proc any more; its `ended` tells the rest.
    return { identity: identity ?? { processId: child.pid ?? 0, startTicks: 0 }, ended }
  } finally {
    closeSync(output)
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
